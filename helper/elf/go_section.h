/* SPDX-License-Identifier: MIT */
/*
 * Where the function table of a Go program lies in its file. A linker other than Go's puts the
 * table of a position-independent program into a section with other data.
 */
#ifndef SCPROF_HELPER_ELF_GO_SECTION_H
#define SCPROF_HELPER_ELF_GO_SECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/elf/elf_section.h"

struct go_section {
	struct elf_section table; /* from its first byte on; what follows may be other data */
	uint64_t text_addr;	  /* as go_table.h wants it */
};

/*
 * Fills in @found and returns true, or returns false if @file is not of a Go program or cannot be
 * read.
 */
bool go_section_find(struct elf_file *file, struct go_section *found);

#endif
