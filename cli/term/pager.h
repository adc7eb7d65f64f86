/* SPDX-License-Identifier: MIT */
/*
 * Shows text that is longer than the screen in a pager, like git: $SCPROF_PAGER, else $PAGER, else
 * less. Text that fits, or whose destination is not a terminal, is printed directly.
 */
#ifndef SCPROF_CLI_TERM_PAGER_H
#define SCPROF_CLI_TERM_PAGER_H

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "cli/term/terminal.h"

struct pager {
	FILE *out;	     /* print the text to this stream */
	FILE *direct;	     /* the terminal */
	unsigned int height; /* lines of the screen */
	unsigned int nr_lines;
	char *text; /* held back until it is longer than the screen */
	size_t size;
	size_t capacity;
	int fd;	   /* the pager's input, or -1 */
	pid_t pid; /* the pager, or 0 */
};

/*
 * Sets pager->out to a new stream that leads to @direct. @terminal describes the terminal of
 * @direct. If @direct is not a terminal, if @is_wanted is false, or if the user has chosen no
 * pager, sets it to @direct itself.
 */
void pager_open(struct pager *pager, FILE *direct, const struct terminal *terminal, bool is_wanted);

/*
 * Closes pager->out and waits until the user quits the pager. Returns true also if the user quits
 * early. Returns false if the pager could not be run and has shown nothing; then the caller must
 * print the text again, to pager->direct.
 */
bool pager_close(struct pager *pager);

#endif
