/* SPDX-License-Identifier: MIT */
/*
 * "Did you mean": keeps, of the known names that it is offered, those that a mistyped word is
 * closest to. Distance is optimal string alignment: a letter too many, too few, wrong, or two
 * swapped each count one.
 */
#ifndef SCPROF_PROFILE_UTIL_NEAREST_H
#define SCPROF_PROFILE_UTIL_NEAREST_H

#define NEAREST_MAX 3

struct nearest {
	const char *word;
	const char *names[NEAREST_MAX]; /* equally near, as offered */
	unsigned int nr;
	unsigned int distance;
};

/* Starts a search for @word, which is borrowed, as are all names offered. */
void nearest_init(struct nearest *nearest, const char *word);
/* Considers @name. */
void nearest_offer(struct nearest *nearest, const char *name);
/*
 * Returns text to put after an error, such as "; did you mean 'read' or 'readv'?", or an empty
 * string when nothing is near enough to be worth saying. The caller frees it.
 */
char *nearest_text(const struct nearest *nearest);

#endif
