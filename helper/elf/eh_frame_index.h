/* SPDX-License-Identifier: MIT */
/*
 * A search table over .eh_frame, for files that bring none.
 */
#ifndef SCPROF_HELPER_ELF_EH_FRAME_INDEX_H
#define SCPROF_HELPER_ELF_EH_FRAME_INDEX_H

#include "helper/elf/elf_file.h"

/*
 * Indexes the section of @size bytes at file @offset and virtual address @vaddr. What cannot be
 * understood is left out. Never NULL.
 */
struct eh_frame_index *eh_frame_index_new(struct elf_file *file, uint64_t vaddr, uint64_t offset,
					  uint64_t size);
void eh_frame_index_free(struct eh_frame_index *index);

/* As elf_fde_find. */
bool eh_frame_index_find(const struct eh_frame_index *index, uint64_t vaddr,
			 uint64_t *function_vaddr, uint64_t *fde_vaddr);

#endif
