/* SPDX-License-Identifier: MIT */
/*
 * Opens the files that tracees have mapped, and checks that each is the same file. Opening and
 * reading may block (helper/base/aside.h). So only the threads of helper/base/aside.c call these
 * functions.
 */
#ifndef SCPROF_HELPER_ELF_ELF_OPEN_H
#define SCPROF_HELPER_ELF_ELF_OPEN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The part of a line of /proc/PID/maps that says which file is mapped. */
struct elf_mapping {
	const char *path;
	uint64_t dev;
	uint64_t inode;
	uint64_t start; /* of the mapping, or 0 */
	uint64_t end;
	uint64_t head; /* address of a mapping of the file's first page, not writable; 0: none */
};

/* One version of one file. */
struct elf_identity {
	uint64_t dev; /* from stat(2); on some file systems /proc/PID/maps has another number */
	uint64_t inode;
	uint64_t size;
	uint64_t changed_ns; /* status change time: unlike the others, programs cannot set it */
};

struct elf_opened {
	struct elf_identity identity;
	bool may_block; /* a process or another machine serves the file system */
	bool is_deleted;
	bool is_lasting; /* programs do not unmount this file system */
};

/*
 * Opens the regular file that thread @tid has mapped as @mapping says. The inode must be the same.
 * Fills in @opened and returns a descriptor. Returns -1 if the file cannot be opened or is too
 * large.
 */
int elf_open(pid_t tid, const struct elf_mapping *mapping, struct elf_opened *opened);

bool elf_identity_is_equal(const struct elf_identity *a, const struct elf_identity *b);

#endif
