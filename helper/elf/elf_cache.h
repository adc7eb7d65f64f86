/* SPDX-License-Identifier: MIT */
/*
 * The ELF files that tracees have mapped (helper/elf/elf_file.h). A thread of helper/base/aside.c
 * loads each file once. If that takes too long, the load continues in the background. A caller then
 * works without the file, or waits (helper/tracer/put_off.h).
 */
#ifndef SCPROF_HELPER_ELF_ELF_CACHE_H
#define SCPROF_HELPER_ELF_ELF_CACHE_H

#include <stdint.h>

#include "helper/elf/elf_file.h"

/*
 * Returns the file that thread @tid has mapped; the caller releases it with elf_file_put. Returns
 * NULL if the file cannot be opened, is not an ELF file of this machine, or has another inode than
 * @mapping (it was replaced). Returns NULL too while the file is still loading. Then *@is_loading
 * is true, and a later call may succeed.
 */
struct elf_file *elf_file_get(pid_t tid, const struct elf_mapping *mapping, bool *is_loading);

struct elf_file *elf_file_ref(struct elf_file *file);
/* NULL is fine. A file without references stays in the cache for the next process that maps it. */
void elf_file_put(struct elf_file *file);
void elf_file_drop_unused(void);

/* Returns true if a file is still loading, and the load began recently enough to wait for it. */
bool elf_cache_is_loading(void);

#endif
