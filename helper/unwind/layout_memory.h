/* SPDX-License-Identifier: MIT */
/*
 * What unwinding of code without tables asks about an address space.
 */
#ifndef SCPROF_HELPER_UNWIND_LAYOUT_MEMORY_H
#define SCPROF_HELPER_UNWIND_LAYOUT_MEMORY_H

#include "helper/unwind/layout.h"

/*
 * Returns where the memory at @addr ends: the end of its region, or, where none is known, the start
 * of the next one.
 */
uint64_t layout_memory_end(const struct layout *layout, uint64_t addr);
/* Returns the range around @addr that has no code; it is empty when @addr is in code. */
struct address_range layout_gap(const struct layout *layout, uint64_t addr);
/*
 * Reads the word at @addr of code in no file, which nothing can change while @layout is that of
 * thread @tid: the region is not writable. Each word is read only once. Returns false when it
 * cannot be read.
 */
bool layout_code_word(struct layout *layout, pid_t tid, uint64_t addr, uint64_t *value);

#endif
