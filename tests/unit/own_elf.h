/* SPDX-License-Identifier: MIT */
/*
 * For tests that compare what the helper reads from ELF files with what the dynamic loader has
 * loaded into this process.
 */
#ifndef SCPROF_TESTS_UNIT_OWN_ELF_H
#define SCPROF_TESTS_UNIT_OWN_ELF_H

#include <stdint.h>

#include "helper/elf/elf_cache.h"

struct own_table_entry {
	int32_t function; /* both relative to the start of .eh_frame_hdr */
	int32_t fde;
};

struct own_elf {
	uint64_t bias;
	const char *path;
	char build_id[129]; /* hex, or "" */
	uint64_t hdr_vaddr;
	const struct own_table_entry *table; /* of .eh_frame_hdr */
	uint32_t nr_entries;
};

/* Finds the loaded object that contains @addr. Returns false if there is none. */
bool own_elf_find(const void *addr, struct own_elf *elf);
/* Returns elf_file_get() of the file for this process, or NULL. */
struct elf_file *own_elf_get(const char *path, uint64_t dev, uint64_t inode);
/* The same with the device and inode that stat(2) returns. */
struct elf_file *own_elf_open(const char *path);

#endif
