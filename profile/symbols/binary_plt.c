// SPDX-License-Identifier: MIT
/*
 * Names PLT stubs, which have no symbols. A stub jumps through a slot of the global offset table.
 * The relocation of that slot names the function. A stub of a lazy .plt with IBT pushes the number
 * of its relocation instead. Only the forms of x86-64 are recognised; other stubs get no name.
 */
#include <gelf.h>
#include <stdlib.h>
#include <string.h>

#include "profile/symbols/binary_parts.h"
#include "profile/util/xalloc.h"

struct plt_reader {
	Elf *elf;
	struct range_map slots; /* from the address of a slot to an index into names */
	/* From the number of a relocation in .rela.plt to an index into names. */
	struct range_map numbered;
	const char **names; /* the ELF file owns these */
	uint32_t nr_names;
	uint32_t capacity;
};

const char *binary_section_name(Elf *elf, const GElf_Shdr *header)
{
	const char *name = NULL;
	size_t index;

	if (elf_getshdrstrndx(elf, &index) == 0)
		name = elf_strptr(elf, index, header->sh_name);
	return name ? name : "";
}

/* Returns the name of dynamic symbol @index, or NULL. */
static const char *symbol_name(Elf *elf, Elf_Scn *table, size_t index)
{
	Elf_Data *data = table ? elf_getdata(table, NULL) : NULL;
	GElf_Shdr header;
	GElf_Sym symbol;

	if (!index || !data || !gelf_getshdr(table, &header) || index > INT32_MAX ||
	    !gelf_getsym(data, (int)index, &symbol))
		return NULL;
	return elf_strptr(elf, header.sh_link, symbol.st_name);
}

static void read_relocations(struct plt_reader *reader, Elf_Scn *section, const GElf_Shdr *header)
{
	bool is_plt = strcmp(binary_section_name(reader->elf, header), ".rela.plt") == 0;
	Elf_Scn *table = elf_getscn(reader->elf, header->sh_link);
	Elf_Data *data = elf_getdata(section, NULL);
	GElf_Rela relocation;

	for (int i = 0; data && gelf_getrela(data, i, &relocation); i++) {
		unsigned long type = GELF_R_TYPE(relocation.r_info);
		const char *name;

		if (type != R_X86_64_JUMP_SLOT && type != R_X86_64_GLOB_DAT)
			continue;
		name = symbol_name(reader->elf, table, GELF_R_SYM(relocation.r_info));
		if (!name || !*name)
			continue;
		reader->names = xgrow(reader->names, reader->nr_names, &reader->capacity,
				      sizeof(*reader->names));
		reader->names[reader->nr_names] = name;
		range_map_add(&reader->slots, relocation.r_offset, relocation.r_offset + 8,
			      reader->nr_names);
		if (is_plt)
			range_map_add(&reader->numbered, (uint64_t)i, (uint64_t)i + 1,
				      reader->nr_names);
		reader->nr_names++;
	}
}

/* Returns the index into names of the function to which the stub at @code (@size bytes) leads. */
static uint32_t decode_stub(struct plt_reader *reader, const uint8_t *code, size_t size,
			    uint64_t address)
{
	static const uint8_t endbr64[] = { 0xf3, 0x0f, 0x1e, 0xfa };
	size_t at = 0;
	int32_t operand;

	if (size >= 4 && memcmp(code, endbr64, 4) == 0)
		at = 4;
	if (at + 5 <= size && code[at] == 0x68) { /* push $number */
		memcpy(&operand, code + at + 1, 4);
		return range_map_find(&reader->numbered, (uint32_t)operand);
	}
	if (at < size && code[at] == 0xf2) /* bnd */
		at++;
	if (at + 6 > size || code[at] != 0xff || code[at + 1] != 0x25) /* jmp *operand(%rip) */
		return RANGE_NONE;
	memcpy(&operand, code + at + 2, 4);
	return range_map_find(&reader->slots, address + at + 6 + (uint64_t)(int64_t)operand);
}

static void read_stubs(struct plt_reader *reader, Elf_Scn *section, const GElf_Shdr *header,
		       struct range_map *map, uint32_t (*add_name)(void *, char *), void *owner)
{
	Elf_Data *data = elf_getdata(section, NULL);
	uint64_t step = header->sh_entsize == 8 ? 8 : 16;

	for (uint64_t at = 0; data && data->d_buf && at + step <= data->d_size; at += step) {
		uint64_t address = header->sh_addr + at;
		uint32_t id = decode_stub(reader, (const uint8_t *)data->d_buf + at, step, address);

		if (id != RANGE_NONE)
			range_map_add(map, address, address + step,
				      add_name(owner, xasprintf("%s@plt", reader->names[id])));
	}
}

static bool is_stub_section(Elf *elf, const GElf_Shdr *header)
{
	return header->sh_type == SHT_PROGBITS && header->sh_flags & SHF_EXECINSTR &&
	       strncmp(binary_section_name(elf, header), ".plt", 4) == 0;
}

void binary_plt_read(Dwfl_Module *module, struct range_map *map,
		     uint32_t (*add_name)(void *owner, char *name), void *owner)
{
	GElf_Addr bias;
	struct plt_reader reader = { .elf = dwfl_module_getelf(module, &bias) };
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	GElf_Ehdr file;

	if (!reader.elf || !gelf_getehdr(reader.elf, &file) || file.e_machine != EM_X86_64)
		return;
	while ((section = elf_nextscn(reader.elf, section)))
		if (gelf_getshdr(section, &header) && header.sh_type == SHT_RELA &&
		    header.sh_flags & SHF_ALLOC)
			read_relocations(&reader, section, &header);
	while ((section = elf_nextscn(reader.elf, section)))
		if (gelf_getshdr(section, &header) && is_stub_section(reader.elf, &header))
			read_stubs(&reader, section, &header, map, add_name, owner);
	range_map_fini(&reader.slots);
	range_map_fini(&reader.numbered);
	free(reader.names);
}
