/* SPDX-License-Identifier: MIT */
/*
 * The ELF files that tracees have mapped, each loaded once (helper/elf_file.h), by a thread of aside. A file
 * that cannot be loaded at once is being loaded still: what needs it goes on without, or is put off.
 */
#ifndef SCPROF_HELPER_ELF_CACHE_H
#define SCPROF_HELPER_ELF_CACHE_H

#include <stdint.h>

#include "helper/elf_file.h"

/*
 * Returns the file that thread @tid has mapped, or NULL when it cannot be opened, is not an ELF file of this
 * machine, or has not the inode of @mapping (it was replaced since). Then *@is_loading says whether it may
 * still be found by a later call. Release with elf_file_put.
 */
struct elf_file *elf_file_get(pid_t tid, const struct elf_mapping *mapping, bool *is_loading);

struct elf_file *elf_file_ref(struct elf_file *file);
/* NULL is fine. A file that nobody refers to any more stays cached for the next process that maps it. */
void elf_file_put(struct elf_file *file);
void elf_file_drop_unused(void);

/* Whether a load that still goes on has begun so recently that it is worth waiting for. */
bool elf_cache_is_loading(void);

#endif
