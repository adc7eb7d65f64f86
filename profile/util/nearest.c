// SPDX-License-Identifier: MIT
/*
 * Computes the edit distance in three rows of the usual table. A name is suggested if at most one
 * letter, plus one in six, differs. Words that are longer than any name are not compared.
 */
#include <stdlib.h>
#include <string.h>

#include "profile/util/nearest.h"
#include "profile/util/xalloc.h"

#define MAX_LENGTH 64

static unsigned int min(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

static unsigned int edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	unsigned int rows[3][MAX_LENGTH + 1];

	for (size_t j = 0; j <= b_length; j++)
		rows[0][j] = (unsigned int)j;
	for (size_t i = 1; i <= a_length; i++) {
		unsigned int *row = rows[i % 3];
		const unsigned int *above = rows[(i + 2) % 3];
		const unsigned int *above_that = rows[(i + 1) % 3];

		row[0] = (unsigned int)i;
		for (size_t j = 1; j <= b_length; j++) {
			row[j] = min(above[j], row[j - 1]) + 1;
			row[j] = min(row[j], above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = min(row[j], above_that[j - 2] + 1);
		}
	}
	return rows[a_length % 3][b_length];
}

void nearest_init(struct nearest *nearest, const char *word)
{
	*nearest = (struct nearest){ .word = word };
	nearest->distance = 1 + min((unsigned int)strnlen(word, MAX_LENGTH) / 6, 2);
}

void nearest_offer(struct nearest *nearest, const char *name)
{
	size_t word_length = strlen(nearest->word), name_length = strlen(name);
	unsigned int distance;

	if (word_length > MAX_LENGTH || name_length > MAX_LENGTH)
		return;
	distance = edit_distance(nearest->word, word_length, name, name_length);
	if (distance > nearest->distance || distance >= name_length)
		return;
	if (distance < nearest->distance)
		nearest->nr = 0;
	nearest->distance = distance;
	for (unsigned int i = 0; i < nearest->nr; i++)
		if (strcmp(nearest->names[i], name) == 0)
			return;
	if (nearest->nr < NEAREST_MAX)
		nearest->names[nearest->nr++] = name;
}

char *nearest_text(const struct nearest *nearest)
{
	switch (nearest->nr) {
	case 0:
		return xstrdup("");
	case 1:
		return xasprintf("; did you mean '%s'?", nearest->names[0]);
	case 2:
		return xasprintf("; did you mean '%s' or '%s'?", nearest->names[0],
				 nearest->names[1]);
	default:
		return xasprintf("; did you mean '%s', '%s' or '%s'?", nearest->names[0],
				 nearest->names[1], nearest->names[2]);
	}
}
