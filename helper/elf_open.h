/* SPDX-License-Identifier: MIT */
/*
 * Opening the files that tracees have mapped, and being sure that it is the same file. Opening and reading
 * may block (helper/aside.h), so that all of this is called by threads of aside only.
 */
#ifndef SCPROF_HELPER_ELF_OPEN_H
#define SCPROF_HELPER_ELF_OPEN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* A line of /proc/PID/maps, as far as it says which file is mapped. */
struct elf_mapping {
	const char *path;
	uint64_t dev;
	uint64_t inode;
	uint64_t start; /* of the mapping, or 0 */
	uint64_t end;
	uint64_t head; /* where the file's first page is mapped, not writable; 0: nowhere */
};

/* One version of one file. */
struct elf_identity {
	uint64_t dev; /* as stat(2) has it: on some file systems maps shows another */
	uint64_t inode;
	uint64_t size;
	uint64_t changed_ns; /* status change: the one time that nobody can set back */
};

struct elf_opened {
	struct elf_identity identity;
	bool may_block; /* a process or another machine serves the file system */
	bool is_deleted;
	bool is_lasting; /* the file system is one that programs do not unmount */
};

/*
 * Opens the regular file with @mapping's inode that thread @tid has mapped. Returns a descriptor, or -1 when there is
 * none or it is too large.
 */
int elf_open(pid_t tid, const struct elf_mapping *mapping, struct elf_opened *opened);

bool elf_identity_is_equal(const struct elf_identity *a, const struct elf_identity *b);

#endif
