/* SPDX-License-Identifier: MIT */
/*
 * Regular expressions, Perl-compatible (PCRE2, see pcre2pattern(3)), for everything that a user or a file may
 * give. Anybody may write a pattern into a budget that somebody else's CI reads, so everything has a
 * limit: the size of a pattern, the memory to match it, and the steps that all patterns of this process may
 * take together. Steps are counted, not timed: the same patterns and texts fail on every machine.
 *
 * Text is UTF-8 in every locale. A byte that is not UTF-8 matches nothing.
 */
#ifndef SCPROF_PROFILE_PATTERN_H
#define SCPROF_PROFILE_PATTERN_H

#include <stdbool.h>

#define PATTERN_MAX_LENGTH 4096 /* bytes */
#define PATTERN_MAX_DEPTH  250	/* groups in each other */

struct pattern;

/*
 * Compiles @text. Returns a pattern that pattern_free() frees. Returns NULL if @text is not a regular
 * expression or exceeds a limit; then *@reason says why, and the caller frees it.
 */
struct pattern *pattern_new(const char *text, char **reason);
/* Like pattern_new(), but in case of an error *@message also names the text, and is one line. */
struct pattern *pattern_compile(const char *text, char **message);
void pattern_free(struct pattern *pattern);

/*
 * Returns whether the pattern matches somewhere in @text. If a limit was met, the answer is unknown: then
 * and for all further texts it returns false, and pattern_failure() says why. A caller asks for that after the
 * last text. One thread at a time may use patterns.
 */
bool pattern_matches(const struct pattern *pattern, const char *text);

/* Returns one line that names the pattern and the text if a limit was met, else NULL. The pattern keeps it. */
const char *pattern_failure(const struct pattern *pattern);

#endif
