/* SPDX-License-Identifier: MIT */
/*
 * The stacks of an HTML page: only those that are needed, with new numbers. Each is written as the
 * distance of its number to its parent's, and a frame.
 */
#ifndef SCPROF_CLI_VIEW_HTML_STACKS_H
#define SCPROF_CLI_VIEW_HTML_STACKS_H

#include <stdint.h>
#include <stdio.h>

#include "profile/model/stack_table.h"

/*
 * @numbers has one element for each stack of @stacks, which is not 0 if the stack is needed.
 * Replaces each element by the stack's number on the page. Needed stacks and their parents get
 * numbers from 1 on; all others and the empty stack get 0.
 */
void html_stacks_number(const struct stack_table *stacks, uint32_t *numbers);

/*
 * Writes the numbered stacks to @out. @number_of_frame returns the number of a frame on the page.
 */
void html_stacks_write(FILE *out, const struct stack_table *stacks, const uint32_t *numbers,
		       uint32_t (*number_of_frame)(void *owner, uint32_t frame), void *owner);

#endif
