/* SPDX-License-Identifier: MIT */
/*
 * The unwind information of a function: its frame description entry (FDE).
 */
#ifndef SCPROF_HELPER_ELF_ELF_FDE_H
#define SCPROF_HELPER_ELF_ELF_FDE_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/elf/elf_file.h"

/*
 * Finds the last function at or before @vaddr that has unwind information. Stores the virtual
 * addresses of its first instruction and of its FDE. Only the FDE says whether the function extends
 * to @vaddr. Returns false if there is none.
 */
bool elf_fde_find(struct elf_file *file, uint64_t vaddr, uint64_t *function_vaddr,
		  uint64_t *fde_vaddr);
/*
 * Reads the FDE at @fde_vaddr of the function at @function_vaddr. Returns false if it cannot be
 * read, or is not in the form that all linkers write. Stores where the function ends in @end_vaddr.
 */
bool elf_fde_read_end(struct elf_file *file, uint64_t fde_vaddr, uint64_t function_vaddr,
		      uint64_t *end_vaddr);
/*
 * Returns true if the function of elf_fde_find() extends to @vaddr, or if its FDE does not say how
 * far it extends. Returns false if there is no such function, or if it ends before @vaddr.
 */
bool elf_fde_covers(struct elf_file *file, uint64_t vaddr);
/* Frees what elf_fde_find() keeps for @file. */
void elf_fde_fini(struct elf_file *file);

#endif
