/* SPDX-License-Identifier: MIT */
/*
 * A search table for .eh_frame, for files that do not contain one.
 */
#ifndef SCPROF_HELPER_ELF_EH_FRAME_INDEX_H
#define SCPROF_HELPER_ELF_EH_FRAME_INDEX_H

#include "helper/elf/elf_file.h"

/*
 * Builds the index of the section of @size bytes at file @offset and virtual address @vaddr. Leaves
 * out entries that it cannot read. Never returns NULL.
 */
struct eh_frame_index *eh_frame_index_new(struct elf_file *file, uint64_t vaddr, uint64_t offset,
					  uint64_t size);
void eh_frame_index_free(struct eh_frame_index *index);

/* Does the same as elf_fde_find. */
bool eh_frame_index_find(const struct eh_frame_index *index, uint64_t vaddr,
			 uint64_t *function_vaddr, uint64_t *fde_vaddr);

#endif
