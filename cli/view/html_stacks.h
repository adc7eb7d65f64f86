/* SPDX-License-Identifier: MIT */
/*
 * Stacks on a page: those that are needed, renumbered, each as its distance from its parent and
 * a frame.
 */
#ifndef SCPROF_CLI_VIEW_HTML_STACKS_H
#define SCPROF_CLI_VIEW_HTML_STACKS_H

#include <stdint.h>
#include <stdio.h>

#include "profile/model/stack_table.h"

/*
 * @numbers, one for each stack of @stacks, says by any but 0 which are needed; gives these and
 * their parents numbers from 1 on, and 0 to the others and the empty stack.
 */
void html_stacks_number(const struct stack_table *stacks, uint32_t *numbers);

/* Writes the numbered stacks to @out; @number_of_frame gives a frame's number on the page. */
void html_stacks_write(FILE *out, const struct stack_table *stacks, const uint32_t *numbers,
		       uint32_t (*number_of_frame)(void *owner, uint32_t frame), void *owner);

#endif
