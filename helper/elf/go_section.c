/* SPDX-License-Identifier: MIT */
/*
 * If the table has no section of its own, it is searched by its first bytes. This is done only for
 * files that identify themselves as Go programs.
 */
#include "helper/elf/go_section.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "helper/elf/elf_file.h"
#include "helper/elf/elf_read.h"
#include "profile/symbols/go_table.h"
#include "profile/util/xalloc.h"

#define MAX_DATA (64u << 20)

struct search {
	struct go_section *found;
	struct elf_section data; /* size 0: there is none */
	bool is_go;
};

static void see_section(const struct elf_section *section, void *argument)
{
	struct search *search = argument;

	if (strcmp(section->name, ".text") == 0)
		search->found->text_addr = section->vaddr;
	else if (strcmp(section->name, ".go.buildinfo") == 0)
		search->is_go = true;
	else if (strcmp(section->name, ".data.rel.ro") == 0 && section->type == SHT_PROGBITS)
		search->data = *section;
	else if (go_table_is_section(section->name))
		search->found->table = *section;
}

/* Searches for the table in @data. */
static bool find_in_data(struct elf_file *file, const struct elf_section *data,
			 struct elf_section *table)
{
	uint8_t *bytes;
	size_t at;

	if (!data->size || data->size > MAX_DATA)
		return false;
	bytes = xmalloc(data->size);
	at = elf_read_once(file, data->offset, bytes, data->size) ? go_table_find(bytes, data->size)
								  : data->size;
	free(bytes);
	*table = *data;
	table->vaddr += at;
	table->offset += at;
	table->size -= at;
	return table->size > 0;
}

bool go_section_find(struct elf_file *file, struct go_section *found)
{
	struct search search = { .found = found };

	*found = (struct go_section){ .text_addr = 0 };
	elf_section_for_each(file, see_section, &search);
	return found->table.size ||
	       (search.is_go && find_in_data(file, &search.data, &found->table));
}
