/* SPDX-License-Identifier: MIT */
/*
 * Text that is longer than the terminal's screen goes through a pager, as in git: $SCPROF_PAGER,
 * else $PAGER, else less. What fits, and what goes to no terminal, is printed as it is.
 */
#ifndef SCPROF_CLI_TERM_PAGER_H
#define SCPROF_CLI_TERM_PAGER_H

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "cli/term/terminal.h"

struct pager {
	FILE *out;	     /* what the text is to be printed to */
	FILE *direct;	     /* the terminal */
	unsigned int height; /* lines of the screen */
	unsigned int nr_lines;
	char *text; /* kept back until it is longer than the screen */
	size_t size;
	size_t capacity;
	int fd;	   /* the pager's input, or -1 */
	pid_t pid; /* the pager, or 0 */
};

/*
 * Sets pager->out to a new stream that ends in @direct, whose terminal is @terminal; or to @direct
 * itself when @direct is not a terminal, @is_wanted is false, or the user has chosen to have no
 * pager.
 */
void pager_open(struct pager *pager, FILE *direct, const struct terminal *terminal, bool is_wanted);

/*
 * Closes pager->out and waits until the user has left the pager. Returns false if the pager could
 * not be run and has shown nothing: the text is lost, and to be printed again to pager->direct. A
 * user who leaves the pager early has seen what they wanted: that is not an error.
 */
bool pager_close(struct pager *pager);

#endif
