/* SPDX-License-Identifier: MIT */
/*
 * The functions are searched once in each file, by their names in its function table, which
 * stripped files have too.
 */
#include "helper/elf/go_stack_end.h"

#include <stdlib.h>

#include "helper/elf/elf_file.h"
#include "helper/elf/elf_read.h"
#include "helper/elf/go_section.h"
#include "profile/symbols/go_table.h"
#include "profile/util/xalloc.h"

#define MAX_TABLE (64u << 20)

struct go_stack_ends {
	struct go_range ranges[GO_MAX_STACK_ENDS];
	size_t nr;
	struct go_section section;
	uint8_t *table; /* NULL: there is none */
};

static void find_ends(struct elf_file *file, struct go_stack_ends *ends)
{
	const struct elf_section *section = &ends->section.table;

	if (!go_section_find(file, &ends->section) || section->size > MAX_TABLE)
		return;
	ends->table = xmalloc(section->size);
	if (elf_read_once(file, section->offset, ends->table, section->size))
		ends->nr = go_table_stack_ends(ends->table, section->size, ends->section.text_addr,
					       ends->ranges);
	if (ends->nr)
		return;
	free(ends->table);
	ends->table = NULL;
}

static struct go_stack_ends *get_ends(struct elf_file *file)
{
	if (!file->go_stack_ends) {
		file->go_stack_ends = xcalloc(1, sizeof(*file->go_stack_ends));
		find_ends(file, file->go_stack_ends);
	}
	return file->go_stack_ends;
}

bool go_stack_frame_size(struct elf_file *file, uint64_t vaddr, uint64_t *frame_size)
{
	const struct go_stack_ends *ends = get_ends(file);

	return ends->table && go_table_frame_size(ends->table, ends->section.table.size,
						  ends->section.text_addr, vaddr, frame_size);
}

bool go_stack_end_is(struct elf_file *file, uint64_t vaddr)
{
	const struct go_stack_ends *ends = get_ends(file);

	for (size_t i = 0; i < ends->nr; i++)
		if (vaddr >= ends->ranges[i].start && vaddr < ends->ranges[i].end)
			return true;
	return false;
}

void go_stack_ends_free(struct go_stack_ends *ends)
{
	if (ends)
		free(ends->table);
	free(ends);
}
