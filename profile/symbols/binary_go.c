// SPDX-License-Identifier: MIT
/*
 * Finds the function table of a Go program. It has a section of its own, unless another linker than
 * Go's has put it into a section with other data. The table refers to data for inlined functions,
 * whose address is in the Go runtime's description of the program (struct moduledata). That starts
 * with the address of the table, and is not used unless other addresses in it are as expected. In a
 * position-independent program, addresses are in relocations.
 */
#include <elf.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>

#include "profile/symbols/binary_parts.h"
#include "profile/symbols/go_lines.h"
#include "profile/symbols/go_table.h"
#include "profile/util/xalloc.h"

#define WORD	   sizeof(uint64_t)
#define MAX_DATA   (64u << 20)
#define TEXT_WORD  3 /* of the table: the address of the text, since Go 1.18 */
#define VERSION_20 0xf1

/* Indices of words in the runtime's description, of Go 1.18 to 1.25. */
enum {
	WORD_FIRST_CODE = 20,
	WORD_DATA_1_18 = 38,
	WORD_DATA_1_20 = 40,
};

struct binary_go {
	struct go_lines go;
};

struct reader {
	Elf *elf;
	struct binary_go *binary;
	uint64_t table_addr;
	bool is_go;
	Elf_Scn *other; /* a section that may contain the table among other data */
};

/* Returns the contents of @section, or NULL if the file does not have them. */
static Elf_Data *contents(Elf_Scn *section, GElf_Shdr *header)
{
	Elf_Data *data;

	if (!gelf_getshdr(section, header) || header->sh_type != SHT_PROGBITS ||
	    !(header->sh_flags & SHF_ALLOC))
		return NULL;
	data = elf_getdata(section, NULL);
	return data && data->d_buf ? data : NULL;
}

static void set_table(struct reader *reader, Elf_Scn *section, bool is_search)
{
	GElf_Shdr header;
	Elf_Data *data = contents(section, &header);
	size_t at = 0;

	if (!data || (is_search && data->d_size > MAX_DATA))
		return;
	if (is_search)
		at = go_table_find(data->d_buf, data->d_size);
	reader->table_addr = header.sh_addr + at;
	reader->binary->go.table = (const uint8_t *)data->d_buf + at;
	reader->binary->go.size = data->d_size - at;
}

static void see_section(struct reader *reader, Elf_Scn *section)
{
	GElf_Shdr header;
	const char *name;

	if (!gelf_getshdr(section, &header))
		return;
	name = binary_section_name(reader->elf, &header);
	if (strcmp(name, ".text") == 0)
		reader->binary->go.text_addr = header.sh_addr;
	else if (strcmp(name, ".go.buildinfo") == 0)
		reader->is_go = true;
	else if (strcmp(name, ".data.rel.ro") == 0)
		reader->other = section;
	else if (go_table_is_section(name))
		set_table(reader, section, false);
}

static bool find_table(struct reader *reader)
{
	Elf_Scn *section = NULL;

	while ((section = elf_nextscn(reader->elf, section)))
		see_section(reader, section);
	if (!reader->binary->go.size && reader->is_go && reader->other)
		set_table(reader, reader->other, true);
	return reader->binary->go.size > 0;
}

/* Returns true if @visit returns true for a relocation that stores an address of the program. */
static bool find_relocation(Elf *elf, bool (*visit)(const GElf_Rela *relocation, void *argument),
			    void *argument)
{
	Elf_Scn *section = NULL;
	GElf_Rela relocation;
	GElf_Shdr header;

	while ((section = elf_nextscn(elf, section))) {
		Elf_Data *data;

		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_RELA ||
		    !(header.sh_flags & SHF_ALLOC))
			continue;
		data = elf_getdata(section, NULL);
		for (int i = 0; data && gelf_getrela(data, i, &relocation); i++)
			if (GELF_R_TYPE(relocation.r_info) == R_X86_64_RELATIVE &&
			    visit(&relocation, argument))
				return true;
	}
	return false;
}

struct stored {
	uint64_t place;
	uint64_t value;
};

static bool is_at_place(const GElf_Rela *relocation, void *argument)
{
	struct stored *stored = argument;

	if (relocation->r_offset != stored->place)
		return false;
	stored->value = (uint64_t)relocation->r_addend;
	return true;
}

static bool has_value(const GElf_Rela *relocation, void *argument)
{
	struct stored *stored = argument;

	if ((uint64_t)relocation->r_addend != stored->value)
		return false;
	stored->place = relocation->r_offset;
	return true;
}

/* Returns the contents at @addr, and how many bytes follow in *@size. Returns NULL if none. */
static const uint8_t *find_contents(Elf *elf, uint64_t addr, size_t *size)
{
	Elf_Scn *section = NULL;

	while ((section = elf_nextscn(elf, section))) {
		GElf_Shdr header;
		Elf_Data *data = contents(section, &header);

		if (!data || addr < header.sh_addr || addr - header.sh_addr >= data->d_size)
			continue;
		*size = data->d_size - (addr - header.sh_addr);
		return (const uint8_t *)data->d_buf + (addr - header.sh_addr);
	}
	return NULL;
}

/* Returns the address that the program finds at @addr if it is not moved, or 0. */
static uint64_t read_address(Elf *elf, uint64_t addr)
{
	struct stored stored = { .place = addr };
	const uint8_t *bytes;
	size_t size;

	if (find_relocation(elf, is_at_place, &stored))
		return stored.value;
	bytes = find_contents(elf, addr, &size);
	if (bytes && size >= WORD)
		memcpy(&stored.value, bytes, WORD);
	return stored.value;
}

/* Returns the address of the first word in @section that is the address @value, or 0. */
static uint64_t find_word(Elf_Scn *section, uint64_t value)
{
	GElf_Shdr header;
	Elf_Data *data = contents(section, &header);

	if (!data || !(header.sh_flags & SHF_WRITE) || data->d_size > MAX_DATA)
		return 0;
	for (size_t at = 0; at + WORD <= data->d_size; at += WORD)
		if (memcmp((const uint8_t *)data->d_buf + at, &value, WORD) == 0)
			return header.sh_addr + at;
	return 0;
}

/* Returns the address of the runtime's description of the program, or 0. */
static uint64_t find_description(const struct reader *reader)
{
	struct stored stored = { .value = reader->table_addr };
	Elf_Scn *section = NULL;
	uint64_t found;

	if (find_relocation(reader->elf, has_value, &stored))
		return stored.place;
	while ((section = elf_nextscn(reader->elf, section))) {
		found = find_word(section, reader->table_addr);
		if (found)
			return found;
	}
	return 0;
}

static void find_data(struct reader *reader)
{
	struct go_lines *go = &reader->binary->go;
	const bool is_1_20 = go->table[0] == VERSION_20;
	uint64_t found = find_description(reader), *starts = NULL;
	uint64_t data_addr, first = 0;

	if (go_table_starts(go->table, go->size, go->text_addr, &starts))
		first = starts[0];
	free(starts);
	if (!found || !first || read_address(reader->elf, found + WORD_FIRST_CODE * WORD) != first)
		return;
	data_addr = read_address(reader->elf,
				 found + (is_1_20 ? WORD_DATA_1_20 : WORD_DATA_1_18) * WORD);
	go->data = find_contents(reader->elf, data_addr, &go->data_size);
	if (!go->data)
		go->data_size = 0;
}

struct binary_go *binary_go_new(Dwfl_Module *module)
{
	GElf_Addr bias;
	struct reader reader = { .elf = dwfl_module_getelf(module, &bias) };
	uint64_t text_addr;
	GElf_Ehdr header;

	if (!reader.elf || !gelf_getehdr(reader.elf, &header) || header.e_machine != EM_X86_64)
		return NULL;
	reader.binary = xcalloc(1, sizeof(*reader.binary));
	if (!find_table(&reader)) {
		binary_go_free(reader.binary);
		return NULL;
	}
	/* C code may precede the text of Go. */
	text_addr = read_address(reader.elf, reader.table_addr + TEXT_WORD * WORD);
	if (text_addr)
		reader.binary->go.text_addr = text_addr;
	find_data(&reader);
	return reader.binary;
}

void binary_go_free(struct binary_go *go)
{
	free(go);
}

void binary_go_find(const struct binary_go *go, uint64_t address, struct binary_lines *lines)
{
	go_lines_find(&go->go, address, lines);
}
