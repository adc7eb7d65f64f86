/* SPDX-License-Identifier: MIT */
/*
 * Makes a struct elf_file from a file, and frees it.
 */
#ifndef SCPROF_HELPER_ELF_ELF_LOAD_H
#define SCPROF_HELPER_ELF_ELF_LOAD_H

#include <sys/types.h>

#include "helper/elf/elf_file.h"

/*
 * In a thread of aside: parses the file of @mapping, open as @fd, which stays the caller's. Returns
 * NULL when it is not an ELF file of this machine. Free with elf_load_free.
 */
struct elf_file *elf_load(pid_t tid, const struct elf_mapping *mapping, int fd,
			  const struct elf_opened *opened);
/* Nobody refers to the file any more. */
void elf_load_free(struct elf_file *file);
/* Returns this kernel's 64-bit vdso, or NULL. Release with elf_file_put. */
struct elf_file *elf_load_vdso(void);

#endif
