/* SPDX-License-Identifier: MIT */
/*
 * Questions about an address space for unwinding code without tables.
 */
#ifndef SCPROF_HELPER_UNWIND_LAYOUT_MEMORY_H
#define SCPROF_HELPER_UNWIND_LAYOUT_MEMORY_H

#include "helper/unwind/layout.h"

/*
 * Returns the end of the memory at @addr: of its region or, if it is in none, the start of the next
 * region.
 */
uint64_t layout_memory_end(const struct layout *layout, uint64_t addr);
/* Returns the range without code around @addr. It is empty if @addr is in code. */
struct address_range layout_gap(const struct layout *layout, uint64_t addr);
/*
 * Reads the word at @addr. It is in code without a file, in a region that is not writable, so it
 * cannot change while @layout is the layout of thread @tid. Each word is read only once. Returns
 * false if it cannot be read.
 */
bool layout_code_word(struct layout *layout, pid_t tid, uint64_t addr, uint64_t *value);

#endif
