/* SPDX-License-Identifier: MIT */
/*
 * A virtual address belongs to the load segment that contains it.
 */
#include "helper/elf/elf_file.h"

bool elf_file_offset_of_vaddr(const struct elf_file *file, uint64_t vaddr, uint64_t *offset)
{
	for (unsigned int i = 0; i < file->nr_segments; i++) {
		const struct elf_segment *segment = &file->segments[i];
		if (vaddr >= segment->vaddr && vaddr - segment->vaddr < segment->file_size) {
			*offset = vaddr - segment->vaddr + segment->offset;
			return true;
		}
	}
	return false;
}
