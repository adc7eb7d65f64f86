/* SPDX-License-Identifier: MIT */
/*
 * The section headers of an ELF file. Some files have none (elf(5)).
 */
#ifndef SCPROF_HELPER_ELF_ELF_SECTION_H
#define SCPROF_HELPER_ELF_ELF_SECTION_H

#include <stdbool.h>
#include <stdint.h>

#define ELF_SECTION_NAME 32

struct elf_file;

struct elf_section {
	char name[ELF_SECTION_NAME]; /* truncated if it is longer */
	uint32_t type;
	uint64_t flags;
	uint64_t vaddr;
	uint64_t offset;
	uint64_t size;
};

/* Calls @visit for each section of @file that can be read. */
void elf_section_for_each(struct elf_file *file,
			  void (*visit)(const struct elf_section *section, void *argument),
			  void *argument);

#endif
