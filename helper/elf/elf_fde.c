/* SPDX-License-Identifier: MIT */
/*
 * Looks in the search table of .eh_frame_hdr (Linux Standard Base, "Exception Frame Header"), or in
 * the helper's own index where the file has no such table.
 */
#include "helper/elf/elf_fde.h"

#include "helper/elf/eh_frame_index.h"
#include "helper/elf/elf_read.h"

bool elf_fde_find(struct elf_file *file, uint64_t vaddr, uint64_t *function_vaddr,
		  uint64_t *fde_vaddr)
{
	uint32_t low = 0, high = file->nr_table_entries;
	int64_t wanted = (int64_t)(vaddr - file->hdr_vaddr);
	int32_t entry[2];

	if (file->index)
		return eh_frame_index_find(file->index, vaddr, function_vaddr, fde_vaddr);
	/* Entries are (function, FDE), both as signed 32-bit distances from the header, sorted. */
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (!elf_read_vaddr(file, file->table_vaddr + 8ull * middle, &entry[0], 4))
			return false;
		if (entry[0] <= wanted)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || !elf_read_vaddr(file, file->table_vaddr + 8ull * (low - 1), entry, 8))
		return false;
	*function_vaddr = file->hdr_vaddr + (uint64_t)(int64_t)entry[0];
	*fde_vaddr = file->hdr_vaddr + (uint64_t)(int64_t)entry[1];
	return true;
}
