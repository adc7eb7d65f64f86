/* SPDX-License-Identifier: MIT */
/*
 * Creates a struct elf_file from a file, and frees it.
 */
#ifndef SCPROF_HELPER_ELF_ELF_LOAD_H
#define SCPROF_HELPER_ELF_ELF_LOAD_H

#include <sys/types.h>

#include "helper/elf/elf_file.h"

/*
 * For threads of helper/base/aside.c: parses the file of @mapping. It is open as @fd, which the
 * caller closes. Returns NULL if it is not an ELF file of this machine. The result is freed with
 * elf_load_free.
 */
struct elf_file *elf_load(pid_t tid, const struct elf_mapping *mapping, int fd,
			  const struct elf_opened *opened);
/* Frees the file, to which nothing refers any more. */
void elf_load_free(struct elf_file *file);
/* Returns this kernel's 64-bit vdso, or NULL. Release with elf_file_put. */
struct elf_file *elf_load_vdso(void);

#endif
