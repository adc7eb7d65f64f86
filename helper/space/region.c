// SPDX-License-Identifier: MIT
/*
 * Regions: a stack of labels for each thread. The program chooses the names, which may be anything.
 * So sizes, depth and the number of labels are limited. Calls beyond a limit count for the
 * surrounding region, and a fact says so.
 */
#include "helper/space/region.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "helper/base/debug.h"
#include "helper/trace/remote_memory.h"
#include "profile/util/xalloc.h"
#include "scprof/handshake.h"

#define MAX_LABEL  1023u /* bytes of all nested names together */
#define MAX_LABELS 4096u /* number of different labels */

static struct {
	uint64_t unbalanced;	    /* ends without a begin, and resumes without a pause */
	uint64_t unnamed;	    /* regions that have no label */
	uint64_t left_out;	    /* calls that were not counted because of a pause */
	uint64_t left_out_in_place; /* those of them that the gate has made */
	uint64_t filtered;	    /* processes whose regions ended because of a filter */
	bool has_paused;
} stats;

static uint32_t *labels; /* all labels: string ids, sorted by text */
static uint32_t nr_labels;
static uint32_t labels_capacity;

/* Returns true if @text is a label. Sets *@at to its index, or to the index where it belongs. */
static bool find_label(const struct string_table *strings, const char *text, uint32_t *at)
{
	uint32_t low = 0, high = nr_labels;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = strcmp(string_table_get(strings, labels[middle]), text);

		if (!order) {
			*at = middle;
			return true;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*at = low;
	return false;
}

/* Returns the label @text, or 0 if there are too many labels. */
static uint32_t make_label(struct string_table *strings, const char *text)
{
	uint32_t at;

	if (find_label(strings, text, &at))
		return labels[at];
	if (nr_labels == MAX_LABELS)
		return 0;
	labels = xgrow(labels, nr_labels, &labels_capacity, sizeof(*labels));
	memmove(&labels[at + 1], &labels[at], (nr_labels - at) * sizeof(*labels));
	labels[at] = string_table_intern(strings, text);
	nr_labels++;
	return labels[at];
}

/* Reads the name at @addr of the thread's memory. Cuts it at the end of a character. */
static void read_name(pid_t tid, uint64_t addr, char name[static REGION_MAX_NAME + 1])
{
	size_t size = remote_memory_read(tid, addr, name, REGION_MAX_NAME + 1);
	size_t length = strnlen(name, size);

	if (length > REGION_MAX_NAME) {
		length = REGION_MAX_NAME;
		while (length && ((unsigned char)name[length] & 0xc0) == 0x80)
			length--;
	}
	name[length] = '\0';
	if (!length)
		strcpy(name, "[unnamed]");
}

/* Returns the label of the region @name inside @outer, or @outer if it can have no label. */
static uint32_t label_of(struct string_table *strings, uint32_t outer, const char *name)
{
	char *text = xasprintf("%s%s%s", string_table_get(strings, outer), outer ? "/" : "", name);
	uint32_t label = strlen(text) > MAX_LABEL ? 0 : make_label(strings, text);

	free(text);
	if (label)
		return label;
	stats.unnamed++;
	return outer;
}

static void begin(struct region_state *state, struct string_table *strings, pid_t tid,
		  uint64_t name_addr)
{
	char name[REGION_MAX_NAME + 1];

	if (state->depth++ >= REGION_MAX_DEPTH) {
		stats.unnamed++;
		return;
	}
	if (!state->labels)
		state->labels = xcalloc(REGION_MAX_DEPTH, sizeof(*state->labels));
	read_name(tid, name_addr, name);
	state->labels[state->depth - 1] = state->label;
	state->label = label_of(strings, state->label, name);
}

static void end(struct region_state *state)
{
	if (!state->depth) {
		stats.unbalanced++;
		return;
	}
	if (--state->depth < REGION_MAX_DEPTH)
		state->label = state->labels[state->depth];
	if (!state->depth) {
		free(state->labels);
		state->labels = NULL;
	}
}

static void resume(struct region_state *state)
{
	stats.unbalanced += state->pauses == 0;
	state->pauses -= state->pauses != 0;
}

bool region_is_call(uint64_t what)
{
	return what >= SCPROF_CALL_BEGIN && what <= SCPROF_CALL_RESUME;
}

void region_see_call(struct region_state *state, struct string_table *strings, pid_t tid,
		     uint64_t what, uint64_t name_addr)
{
	switch (what) {
	case SCPROF_CALL_BEGIN:
		begin(state, strings, tid, name_addr);
		break;
	case SCPROF_CALL_END:
		end(state);
		break;
	case SCPROF_CALL_PAUSE:
		state->pauses += state->pauses != UINT32_MAX;
		stats.has_paused = true;
		break;
	default:
		resume(state);
		break;
	}
	debug(call, "%d: region '%s', depth %u, pauses %u", (int)tid,
	      string_table_get(strings, state->label), state->depth, state->pauses);
}

void region_inherit(struct region_state *state, const struct region_state *from)
{
	size_t size = REGION_MAX_DEPTH * sizeof(*from->labels);

	region_reset(state);
	*state = *from;
	if (from->labels)
		state->labels = memcpy(xmalloc(size), from->labels, size);
}

void region_reset(struct region_state *state)
{
	free(state->labels);
	*state = (struct region_state){ 0 };
}

bool region_leaves_out(const struct region_state *state)
{
	stats.left_out += state->pauses != 0;
	return state->pauses;
}

bool region_leaves_out_in_place(const struct region_state *state, uint64_t calls)
{
	if (!state->pauses)
		return false;
	stats.left_out += calls;
	stats.left_out_in_place += calls;
	return true;
}

uint64_t region_left_out_in_place(void)
{
	return stats.left_out_in_place;
}

void region_see_own_filter(struct region_state *state)
{
	stats.filtered++;
	region_reset(state);
}

static void set_number(struct profile *profile, const char *key, uint64_t number)
{
	if (number)
		profile_set_fact(profile, key, "%" PRIu64, number);
}

void region_set_facts(struct profile *profile)
{
	if (stats.has_paused)
		profile_set_fact(profile, "paused_calls", "%" PRIu64, stats.left_out);
	set_number(profile, "unbalanced_regions", stats.unbalanced);
	set_number(profile, "unnamed_regions", stats.unnamed);
	set_number(profile, "filtered_regions", stats.filtered);
}
