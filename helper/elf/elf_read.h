/* SPDX-License-Identifier: MIT */
/*
 * Reads an ELF file on demand, in chunks that stay in a cache. The helper does not keep the file
 * open, because an open file blocks unmounting, and keeps the space of a deleted file in use. For
 * each missing chunk, a thread of helper/base/aside.c opens the file again. It reads the chunk only
 * if the file is still the same version.
 */
#ifndef SCPROF_HELPER_ELF_ELF_READ_H
#define SCPROF_HELPER_ELF_ELF_READ_H

#include "helper/elf/elf_file.h"

/* Reads @size bytes at file @offset. Returns false if it cannot read all of them. */
bool elf_read(struct elf_file *file, uint64_t offset, void *buffer, size_t size);
/* The same for bytes that are needed only once: does not keep them in the cache. */
bool elf_read_once(struct elf_file *file, uint64_t offset, void *buffer, size_t size);

/* The same at a virtual address. */
bool elf_read_vaddr(struct elf_file *file, uint64_t vaddr, void *buffer, size_t size);

/*
 * Reads @size bytes at @offset into the cache. Only the thread that has opened @file as @file->fd
 * may call this.
 */
void elf_read_ahead(struct elf_file *file, uint64_t offset, uint64_t size);
/* Frees the chunks, and abandons a read that has not ended. */
void elf_read_fini(struct elf_file *file);

#endif
