/* SPDX-License-Identifier: MIT */
/*
 * Reads the names one by one: a file has about thirty sections.
 */
#include "helper/elf/elf_section.h"

#include <elf.h>
#include <string.h>

#include "helper/elf/elf_file.h"
#include "helper/elf/elf_read.h"

static bool read_header(struct elf_file *file, const Elf64_Ehdr *ehdr, unsigned int index,
			Elf64_Shdr *header)
{
	return elf_read(file, ehdr->e_shoff + (uint64_t)index * sizeof(*header), header,
			sizeof(*header));
}

static void read_name(struct elf_file *file, uint64_t offset, char name[static ELF_SECTION_NAME])
{
	memset(name, 0, ELF_SECTION_NAME);
	for (unsigned int i = 0; i < ELF_SECTION_NAME - 1; i++)
		if (!elf_read(file, offset + i, name + i, 1) || !name[i])
			return;
}

void elf_section_for_each(struct elf_file *file,
			  void (*visit)(const struct elf_section *section, void *argument),
			  void *argument)
{
	Elf64_Shdr strings, header;
	Elf64_Ehdr ehdr;

	if (!elf_read(file, 0, &ehdr, sizeof(ehdr)) || ehdr.e_shentsize != sizeof(header) ||
	    !read_header(file, &ehdr, ehdr.e_shstrndx, &strings))
		return;
	for (unsigned int i = 0; i < ehdr.e_shnum && read_header(file, &ehdr, i, &header); i++) {
		struct elf_section section = {
			.type = header.sh_type,
			.flags = header.sh_flags,
			.vaddr = header.sh_addr,
			.offset = header.sh_offset,
			.size = header.sh_size,
		};

		read_name(file, strings.sh_offset + header.sh_name, section.name);
		visit(&section, argument);
	}
}
