/* SPDX-License-Identifier: MIT */
/*
 * The parts of an ELF file that unwinding needs: its load segments, build id and the search table
 * of .eh_frame_hdr. Bytes are read on demand, in chunks that stay cached; the file is not kept open
 * (helper/elf/elf_read.h). It is not mapped either, because a program that truncates its own
 * library would then kill the helper with SIGBUS. Files are shared by all processes that map them.
 * A damaged file makes every look-up fail, no more.
 */
#ifndef SCPROF_HELPER_ELF_ELF_FILE_H
#define SCPROF_HELPER_ELF_ELF_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "helper/elf/elf_open.h"

struct elf_segment {
	uint64_t vaddr;
	uint64_t offset;
	uint64_t file_size;
	bool is_executable;
};

struct eh_frame_index;
struct epilogue_cache;
struct elf_read;

struct elf_file {
	unsigned int refs;
	uint64_t inode;
	uint64_t dev;
	struct elf_identity identity; /* of the version that was read */
	bool is_outdated;	      /* no longer in the cache */
	bool may_block;		      /* as in struct elf_opened */
	bool is_lasting;	      /* as there */
	bool is_whole;		      /* all of it is in chunks */
	char *path;		      /* as the process's own maps have it, or "[vdso]" */
	pid_t tid;		      /* a thread that has, or had, it mapped, */
	uint64_t start;		      /* here, */
	uint64_t end;		      /* up to here */
	int fd;			      /* in the thread that loads it; then -1 */
	struct elf_read *late;	      /* a reading that was waited for in vain, or NULL */
	const uint8_t *image;	      /* the vdso's own copy, or NULL */
	uint64_t size;
	uint8_t **chunks; /* by offset / ELF_FILE_CHUNK, NULL: not read yet */
	struct elf_segment *segments;
	unsigned int nr_segments;
	uint64_t entry;	      /* virtual address of the first instruction, 0 in most libraries */
	uint64_t flag_vaddr;  /* of the flag of include/scprof/scprof.h, 0: none */
	uint64_t hdr_vaddr;   /* of .eh_frame_hdr, 0: none */
	uint64_t table_vaddr; /* of its search table, 0: none */
	uint32_t nr_table_entries;
	bool was_surveyed;		     /* see helper/gate/fast_survey.h */
	bool has_known_sites;		     /* all have been examined; see the same */
	struct code_map *code_map;	     /* NULL until it is needed */
	struct go_stack_ends *go_stack_ends; /* the same */
	struct epilogue_cache *epilogues;    /* NULL until it is needed */
	void (*free_epilogues)(
		struct epilogue_cache *cache); /* valid when @epilogues is not NULL */
	struct eh_frame_index *index; /* made from .eh_frame where there is no such table */
	char build_id[2 * 64 + 1];    /* hex, or "" */
	uint64_t build_id_end;	      /* its file offset, if there is one */
	struct elf_file *next;	      /* in the cache */
};

#define ELF_FILE_CHUNK 16384u

/* Returns false for a place that no segment has in the file. */
bool elf_file_offset_of_vaddr(const struct elf_file *file, uint64_t vaddr, uint64_t *offset);

#endif
