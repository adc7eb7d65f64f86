/* SPDX-License-Identifier: MIT */
/*
 * Answers questions about a profile: each sample is compared with every condition of the query.
 */
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/util/xalloc.h"
#include "tests/live/live.h"

static char *frame_text(const struct profile *profile, uint32_t id)
{
	const struct frame *frame = &profile->frames[id];
	char *text = NULL;

	if (frame->mapping == 0)
		return xstrdup(frame->offset == FRAME_TRUNCATED ? "[truncated]" : "[unknown]");
	if (frame->nr_lines == 0)
		return xasprintf("[0x%" PRIx64 "]", profile_frame_address(profile, id));
	for (uint32_t i = 0; i < frame->nr_lines; i++) {
		const struct line *line = &profile->lines[frame->first_line + i];
		uint32_t name = profile->functions[line->function].name;
		char *longer = xasprintf("%s%s%s", string_table_get(&profile->strings, name),
					 text ? ";" : "", text ? text : "");

		free(text);
		text = longer;
	}
	return text;
}

/* Returns "outermost;...;call site;system call". */
static char *stack_text(const struct profile *profile, const struct sample_key *key)
{
	char *text = xstrdup(syscall_name(key->abi, key->nr));

	for (uint32_t id = key->stack; id; id = profile->stacks.nodes[id].parent) {
		char *frame = frame_text(profile, profile->stacks.nodes[id].frame);
		char *longer = xasprintf("%s;%s", frame, text);

		free(frame);
		free(text);
		text = longer;
	}
	return text;
}

static bool is_truncated(const struct profile *profile, uint32_t stack)
{
	uint32_t frame = 0;

	for (uint32_t id = stack; id; id = profile->stacks.nodes[id].parent)
		frame = profile->stacks.nodes[id].frame;
	return stack && profile->frames[frame].mapping == 0 &&
	       profile->frames[frame].offset == FRAME_TRUNCATED;
}

static bool text_matches(const char *text, const char *pattern)
{
	regex_t regex;
	bool matches;

	cr_assert_eq(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0, "bad regex %s",
		     pattern);
	matches = regexec(&regex, text, 0, NULL, 0) == 0;
	regfree(&regex);
	return matches;
}

static bool is_wanted(const char *wanted, const char *text)
{
	return !wanted || strcmp(wanted, text) == 0;
}

static bool sample_matches(const struct profile *profile, const struct sample_key *key,
			   const struct live_query *query)
{
	bool matches;
	char *text;

	if (!is_wanted(query->name, syscall_name(key->abi, key->nr)) ||
	    !is_wanted(query->process, string_table_get(&profile->strings, key->process)) ||
	    !is_wanted(query->thread, string_table_get(&profile->strings, key->thread)) ||
	    !is_wanted(query->region, string_table_get(&profile->strings, key->region)) ||
	    !is_wanted(query->abi, syscall_abi_name(key->abi)))
		return false;
	if (query->error && query->error != key->error &&
	    !(query->error == LIVE_ANY_ERROR && key->error))
		return false;
	if (query->is_truncated && !is_truncated(profile, key->stack))
		return false;
	if (!query->stack)
		return true;
	text = stack_text(profile, key);
	matches = text_matches(text, query->stack);
	free(text);
	return matches;
}

struct totals live_ask(const struct live *live, const struct live_query *query)
{
	const struct profile *profile = &live->profile;
	struct totals totals = { 0 };

	cr_assert(live->has_profile, "there is no profile; wait status %#x; stderr: %s",
		  (unsigned)live->status, live->texts[1]);
	for (uint32_t i = 0; i < profile->nr_samples; i++) {
		const struct sample *sample = &profile->samples[i];

		if (!sample_matches(profile, &sample->key, query))
			continue;
		totals.calls += sample->calls;
		totals.errors += sample_errors(sample);
		totals.time_ns += sample->time_ns;
		totals.bytes += sample->bytes;
	}
	return totals;
}

char *live_describe(const struct live *live, const char *name)
{
	const struct profile *profile = &live->profile;
	char *text = xstrdup("");

	for (uint32_t i = 0; i < profile->nr_samples && strlen(text) < 20000; i++) {
		const struct sample *sample = &profile->samples[i];
		char *stack, *longer;

		if (!is_wanted(name, syscall_name(sample->key.abi, sample->key.nr)))
			continue;
		stack = stack_text(profile, &sample->key);
		longer = xasprintf("%s%8" PRIu64 " %s%s%s\n", text, sample->calls, stack,
				   sample->key.error ? " " : "",
				   sample->key.error ? syscall_errno_name(sample->key.error) : "");

		free(stack);
		free(text);
		text = longer;
	}
	return text;
}

/*
 * Samples with the same stack, process, thread and error become one row, whatever their latencies.
 */
struct row {
	char *text;
	uint64_t calls;
	uint64_t bytes;
};

static int compare_rows(const void *a, const void *b)
{
	return strcmp(((const struct row *)a)->text, ((const struct row *)b)->text);
}

static struct row *sorted_rows(const struct profile *profile, const char *pattern, uint32_t *nr)
{
	struct row *rows = xcalloc(profile->nr_samples + 1, sizeof(*rows));

	*nr = 0;
	for (uint32_t i = 0; i < profile->nr_samples; i++) {
		const struct sample *sample = &profile->samples[i];
		const struct sample_key *key = &sample->key;
		char *stack = stack_text(profile, key);

		if (!pattern || text_matches(stack, pattern))
			rows[(*nr)++] = (struct row){
				.text = xasprintf("%s %s/%s %s", stack,
						  string_table_get(&profile->strings, key->process),
						  string_table_get(&profile->strings, key->thread),
						  key->error ? syscall_errno_name(key->error)
							     : "ok"),
				.calls = sample->calls,
				.bytes = sample->bytes,
			};
		free(stack);
	}
	qsort(rows, *nr, sizeof(*rows), compare_rows);
	return rows;
}

char *live_summary(const struct live *live, const char *pattern)
{
	uint32_t nr;
	struct row *rows;
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	cr_assert(live->has_profile, "there is no profile; wait status %#x; stderr: %s",
		  (unsigned)live->status, live->texts[1]);
	rows = sorted_rows(&live->profile, pattern, &nr);
	for (uint32_t i = 0; i < nr; i++) {
		if (i + 1 < nr && strcmp(rows[i].text, rows[i + 1].text) == 0) {
			rows[i + 1].calls += rows[i].calls;
			rows[i + 1].bytes += rows[i].bytes;
		} else {
			fprintf(file, "%" PRIu64 " calls %" PRIu64 " bytes %s\n", rows[i].calls,
				rows[i].bytes, rows[i].text);
		}
		free(rows[i].text);
	}
	free(rows);
	fclose(file);
	return text;
}

struct gate_counts live_gate_counts(const struct live *live)
{
	struct gate_counts counts;

	gate_counts_get(&live->profile, &counts);
	return counts;
}

uint64_t live_nr_in_gate(const struct live *live)
{
	struct gate_counts counts = live_gate_counts(live);

	return counts.counted + counts.recorded;
}
