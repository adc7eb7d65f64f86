// SPDX-License-Identifier: MIT
/*
 * PCRE2 does the work; this file has the limits. PCRE2 searches by trying one way after the other,
 * and there are patterns, such as (a|aa)+$, for which the number of ways grows exponentially with
 * the text.
 */
#include "profile/util/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "profile/util/xalloc.h"

#define MAX_SHOWN     60 /* bytes of a pattern or text in a message */
#define MAX_MEMORY_KB 8192
/*
 * PCRE2 calls count_steps() before each part of the pattern that it tries. Such a step takes some
 * 15 ns, and so does it to pass over STEP_BYTES of the text.
 */
#define FREE_STEPS	    5000 /* for each text, */
#define FREE_STEPS_PER_BYTE 10	 /* and these */
#define MAX_STEPS	    60000000
#define STEP_BYTES	    16

/* The part of a pattern that matching changes. */
struct match_state {
	pcre2_match_context *context;
	pcre2_match_data *data;
	uint64_t steps_left;
	size_t position; /* in the text, at the last step */
	char *failure;	 /* NULL: no limit was exceeded */
};

struct pattern {
	char *text;
	pcre2_code *code;
	struct match_state *state;
};

/* Steps that remain for all patterns together. A text uses them after its free steps. */
static uint64_t steps_left = MAX_STEPS;

static void *check(void *object)
{
	if (!object)
		xalloc_fail();
	return object;
}

/* Like strlen(), but counts UTF-8 characters in the first @size bytes. */
static size_t count_characters(const char *text, size_t size)
{
	size_t nr = 0;

	for (size_t i = 0; i < size; i++)
		nr += ((unsigned char)text[i] & 0xc0) != 0x80;
	return nr;
}

/* PCRE2 says where it stopped: at the wrong character, or next to it. */
static char *describe(int error, const char *text, size_t offset)
{
	size_t nr = count_characters(text, offset);
	char message[256];

	pcre2_get_error_message(error, (PCRE2_UCHAR *)message, sizeof(message));
	return xasprintf("at character %zu: %s", nr ? nr : 1, message);
}

/*
 * As in POSIX, a dot matches every character, and $ matches only the end. \C would split
 * characters.
 */
static pcre2_code *compile(const char *text, char **reason)
{
	const uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_UCP | PCRE2_DOTALL |
				 PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C |
				 PCRE2_AUTO_CALLOUT;
	pcre2_compile_context *context = check(pcre2_compile_context_create(NULL));
	pcre2_code *code;
	size_t offset;
	int error;

	pcre2_set_parens_nest_limit(context, PATTERN_MAX_DEPTH);
	code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, options, &error, &offset,
			     context);
	pcre2_compile_context_free(context);
	if (!code)
		*reason = describe(error, text, offset);
	return code;
}

static int count_steps(pcre2_callout_block *block, void *data)
{
	struct match_state *state = data;
	size_t now = block->current_position, before = state->position;
	uint64_t nr = 1 + (now > before ? now - before : before - now) / STEP_BYTES;

	if (state->steps_left < nr)
		return PCRE2_ERROR_CALLOUT;
	state->steps_left -= nr;
	state->position = now;
	return 0;
}

static struct match_state *match_state_new(void)
{
	struct match_state *state = xcalloc(1, sizeof(*state));

	state->context = check(pcre2_match_context_create(NULL));
	state->data = check(pcre2_match_data_create(1, NULL));
	/*
	 * These count something else: the places to which PCRE2 may go back, for each start of a
	 * match.
	 */
	pcre2_set_match_limit(state->context, MAX_STEPS / 3);
	pcre2_set_depth_limit(state->context, MAX_STEPS / 3);
	pcre2_set_heap_limit(state->context, MAX_MEMORY_KB);
	pcre2_set_callout(state->context, count_steps, state);
	return state;
}

struct pattern *pattern_new(const char *text, char **reason)
{
	struct pattern *pattern;
	pcre2_code *code;

	*reason = NULL;
	if (strlen(text) > PATTERN_MAX_LENGTH) {
		*reason = xasprintf("it is longer than %d bytes", PATTERN_MAX_LENGTH);
		return NULL;
	}
	code = compile(text, reason);
	if (!code)
		return NULL;
	pattern = xcalloc(1, sizeof(*pattern));
	*pattern = (struct pattern){ xstrdup(text), code, match_state_new() };
	return pattern;
}

/* Returns @text in quotes, shortened to whole characters. The caller frees it. */
static char *quote(const char *text)
{
	size_t size = strlen(text);
	bool is_long = size > MAX_SHOWN;

	if (is_long)
		for (size = MAX_SHOWN; size && ((unsigned char)text[size] & 0xc0) == 0x80; size--)
			;
	return xasprintf("'%.*s%s'", (int)size, text, is_long ? "..." : "");
}

struct pattern *pattern_compile(const char *text, char **message)
{
	char *reason, *quoted;
	struct pattern *pattern = pattern_new(text, &reason);

	*message = NULL;
	if (pattern)
		return pattern;
	quoted = quote(text);
	*message = xasprintf("bad regular expression %s: %s", quoted, reason);
	free(quoted);
	free(reason);
	return NULL;
}

void pattern_free(struct pattern *pattern)
{
	if (!pattern)
		return;
	pcre2_match_data_free(pattern->state->data);
	pcre2_match_context_free(pattern->state->context);
	free(pattern->state->failure);
	free(pattern->state);
	pcre2_code_free(pattern->code);
	free(pattern->text);
	free(pattern);
}

static void fail(const struct pattern *pattern, const char *text, int error)
{
	bool is_slow = error == PCRE2_ERROR_CALLOUT || error == PCRE2_ERROR_MATCHLIMIT;
	const char *problem = is_slow			       ? "takes too long"
			      : error == PCRE2_ERROR_HEAPLIMIT ? "needs too much memory"
							       : "is too difficult";
	char *quoted = quote(pattern->text), *quoted_text = quote(text);

	if (error == PCRE2_ERROR_NOMEMORY)
		xalloc_fail();
	pattern->state->failure =
		xasprintf("regular expression %s %s to match %s", quoted, problem, quoted_text);
	free(quoted);
	free(quoted_text);
}

static int match(const struct pattern *pattern, const char *text)
{
	struct match_state *state = pattern->state;
	size_t length = strlen(text);
	uint64_t nr_free = FREE_STEPS + FREE_STEPS_PER_BYTE * (uint64_t)length;
	int result;

	state->position = 0;
	state->steps_left = nr_free + steps_left;
	result = pcre2_match(pattern->code, (PCRE2_SPTR)text, length, 0, 0, state->data,
			     state->context);
	if (state->steps_left < steps_left)
		steps_left = state->steps_left;
	return result;
}

bool pattern_matches(const struct pattern *pattern, const char *text)
{
	int result;

	if (pattern->state->failure)
		return false;
	result = match(pattern, text);
	if (result < 0 && result != PCRE2_ERROR_NOMATCH)
		fail(pattern, text, result);
	return result >= 0;
}

const char *pattern_failure(const struct pattern *pattern)
{
	return pattern->state->failure;
}
