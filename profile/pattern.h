/* SPDX-License-Identifier: MIT */
/*
 * Regular expressions, POSIX extended with GNU's \w \W \s \S \b \B \< \> \` \', for everything that a
 * user or a file may give. Anybody may write a pattern into a budget that somebody else's CI reads.
 * The C library's matcher needs memory without bound for some patterns, and time that grows with the
 * square of the text for others. This one needs memory for the pattern alone, and time for each
 * character of the text that the pattern's size bounds. That leaves out one thing: back-references.
 *
 * Text is UTF-8 in every locale. A byte that is not UTF-8 counts as one character.
 */
#ifndef SCPROF_PROFILE_PATTERN_H
#define SCPROF_PROFILE_PATTERN_H

#include <stdbool.h>

#define PATTERN_MAX_LENGTH 4096 /* bytes */
#define PATTERN_MAX_DEPTH  250	/* groups in each other */
#define PATTERN_MAX_SIZE \
	4096 /* instructions: about one for each character, repetitions written out */

struct pattern;

/*
 * Compiles @text. Returns a pattern that pattern_free() frees. Returns NULL if @text is not a regular
 * expression or exceeds a limit; then *@reason says why, and the caller frees it.
 */
struct pattern *pattern_new(const char *text, char **reason);
/* Like pattern_new(), but in case of an error *@message also names the text, and is one line. */
struct pattern *pattern_compile(const char *text, char **message);
void pattern_free(struct pattern *pattern);

/* Returns whether the pattern matches somewhere in @text. One thread at a time may use a pattern. */
bool pattern_matches(const struct pattern *pattern, const char *text);

#endif
