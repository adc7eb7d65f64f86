/* SPDX-License-Identifier: MIT */
/*
 * The functions are looked for once in each file, by their names in its function table, which stripped
 * files have too.
 */
#include "helper/elf/go_stack_end.h"

#include <stdlib.h>
#include <string.h>

#include "helper/elf/elf_file.h"
#include "helper/elf/elf_read.h"
#include "helper/elf/elf_section.h"
#include "helper/elf/go_table.h"
#include "profile/util/xalloc.h"

#define MAX_TABLE (64u << 20)

struct go_stack_ends {
	struct go_range ranges[GO_MAX_STACK_ENDS];
	size_t nr;
	uint64_t text_addr;
	struct elf_section section; /* size 0: there is none */
	uint8_t *table;		    /* NULL: the same */
};

static void see_section(const struct elf_section *section, void *argument)
{
	struct go_stack_ends *ends = argument;

	if (strcmp(section->name, ".text") == 0)
		ends->text_addr = section->vaddr;
	else if (go_table_is_section(section->name) && section->size <= MAX_TABLE)
		ends->section = *section;
}

static void find_ends(struct elf_file *file, struct go_stack_ends *ends)
{
	elf_section_for_each(file, see_section, ends);
	if (!ends->section.size)
		return;
	ends->table = xmalloc(ends->section.size);
	if (elf_read_once(file, ends->section.offset, ends->table, ends->section.size))
		ends->nr = go_table_stack_ends(ends->table, ends->section.size, ends->text_addr,
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

	return ends->table && go_table_frame_size(ends->table, ends->section.size, ends->text_addr,
						  vaddr, frame_size);
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
