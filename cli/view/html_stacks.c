// SPDX-License-Identifier: MIT
/*
 * A parent's id is smaller than its child's. So one pass from the end marks complete stacks, and
 * one pass from the beginning numbers parents before children.
 */
#include "cli/view/html_stacks.h"

#include "cli/view/html_writer.h"

void html_stacks_number(const struct stack_table *stacks, uint32_t *numbers)
{
	uint32_t nr = 1;

	for (uint32_t id = stacks->nr; id-- > 1;) {
		if (numbers[id])
			numbers[stacks->nodes[id].parent] = 1;
	}
	numbers[0] = 0;
	for (uint32_t id = 1; id < stacks->nr; id++) {
		if (numbers[id])
			numbers[id] = nr++;
	}
}

void html_stacks_write(FILE *out, const struct stack_table *stacks, const uint32_t *numbers,
		       uint32_t (*number_of_frame)(void *owner, uint32_t frame), void *owner)
{
	fputs(",\"stacks\":{\"up\":[0", out);
	for (uint32_t id = 1; id < stacks->nr; id++) {
		if (!numbers[id])
			continue;
		html_write_comma(out, 1);
		html_write_number(out, numbers[id] - numbers[stacks->nodes[id].parent]);
	}
	fputs("],\"frame\":[0", out);
	for (uint32_t id = 1; id < stacks->nr; id++) {
		if (!numbers[id])
			continue;
		html_write_comma(out, 1);
		html_write_number(out, number_of_frame(owner, stacks->nodes[id].frame));
	}
	fputs("]}", out);
}
