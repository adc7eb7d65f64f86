/* SPDX-License-Identifier: MIT */
/*
 * "Did you mean …?": finds those known names that are most similar to a mistyped word. The distance
 * is optimal string alignment: one for each letter that is missing, superfluous or wrong, and one
 * for two swapped letters.
 */
#ifndef SCPROF_PROFILE_UTIL_NEAREST_H
#define SCPROF_PROFILE_UTIL_NEAREST_H

#define NEAREST_MAX 3

struct nearest {
	const char *word;
	const char *names[NEAREST_MAX]; /* the nearest names so far, all at @distance */
	unsigned int nr;
	unsigned int distance;
};

/* Starts a search for @word. The word and all names offered must live until the search ends. */
void nearest_init(struct nearest *nearest, const char *word);
/* Compares @name with the word. */
void nearest_offer(struct nearest *nearest, const char *name);
/*
 * Returns a text to append to an error message, such as "; did you mean 'read' or 'readv'?".
 * Returns an empty string if no name is similar enough. The caller frees it.
 */
char *nearest_text(const struct nearest *nearest);

#endif
