/* SPDX-License-Identifier: MIT */
/*
 * Finds the function table of a Go program in its file. Linkers other than Go's put the table of a
 * position-independent program into a section with other data.
 */
#ifndef SCPROF_HELPER_ELF_GO_SECTION_H
#define SCPROF_HELPER_ELF_GO_SECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/elf/elf_section.h"

struct go_section {
	struct elf_section table; /* starts at the table; other data may follow it */
	uint64_t text_addr;	  /* see go_table.h */
};

/*
 * Fills in @found and returns true. Returns false if @file is not a Go program or cannot be read.
 */
bool go_section_find(struct elf_file *file, struct go_section *found);

#endif
