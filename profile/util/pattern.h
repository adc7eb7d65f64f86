/* SPDX-License-Identifier: MIT */
/*
 * Perl-compatible regular expressions (PCRE2, see pcre2pattern(3)), from the user or from a file. A
 * budget file may come from a stranger and run in somebody's CI. So there are limits: for the size
 * of a pattern, for the memory to match it, and for the steps of all patterns of the process
 * together. The module counts steps and does not measure time. So the same patterns and texts fail
 * on every machine.
 *
 * Text is UTF-8 in every locale. A byte that is not UTF-8 matches nothing.
 */
#ifndef SCPROF_PROFILE_UTIL_PATTERN_H
#define SCPROF_PROFILE_UTIL_PATTERN_H

#include <stdbool.h>

#define PATTERN_MAX_LENGTH 4096 /* bytes */
#define PATTERN_MAX_DEPTH  250	/* nested groups */

struct pattern;

/*
 * Compiles @text. Returns a pattern that pattern_free() frees. Returns NULL if @text is not a
 * regular expression or exceeds a limit; then *@reason says why, and the caller frees it.
 */
struct pattern *pattern_new(const char *text, char **reason);
/* Like pattern_new(). But the error message in *@message is one line that also quotes @text. */
struct pattern *pattern_compile(const char *text, char **message);
void pattern_free(struct pattern *pattern);

/*
 * Returns true if the pattern matches somewhere in @text. If a match exceeds a limit, the answer is
 * unknown. Then this function returns false for this and all further texts, and pattern_failure()
 * says why. A caller checks that after the last text. Only one thread at a time may use patterns.
 */
bool pattern_matches(const struct pattern *pattern, const char *text);

/*
 * If a match exceeded a limit, returns one line that names the pattern and the text; the pattern
 * owns it. Otherwise returns NULL.
 */
const char *pattern_failure(const struct pattern *pattern);

#endif
