/* SPDX-License-Identifier: MIT */
/*
 * Bytes of an ELF file, read on demand in chunks that stay cached. The file is not kept open: a file system
 * could not be unmounted then, and a deleted program's space would stay taken. So it is opened again for
 * what is not cached yet, by a thread of aside, and taken only if it is still the same version.
 */
#ifndef SCPROF_HELPER_ELF_READ_H
#define SCPROF_HELPER_ELF_READ_H

#include "helper/elf_file.h"

/*
 * The patience with files: how long the thread that traces waits for one, in milliseconds. It is short once
 * one has kept it waiting, or when a program may be asked for permission to open it.
 */
unsigned int elf_read_patience_ms(void);
/* From now on the patience is short. */
void elf_read_be_impatient(void);

/* In the thread of aside that has opened @file as @file->fd: reads @size bytes at @offset into the cache. */
void elf_read_ahead(struct elf_file *file, uint64_t offset, uint64_t size);
/* Frees the chunks, and what is still being read for them. */
void elf_read_fini(struct elf_file *file);

#endif
