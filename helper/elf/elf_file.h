/* SPDX-License-Identifier: MIT */
/*
 * The parts of an ELF file that unwinding needs: its load segments, its build id and the search
 * table of .eh_frame_hdr. The helper reads bytes on demand, in chunks that stay cached, and does
 * not keep the file open (helper/elf/elf_read.h). It does not map the file either: if a program
 * truncated its own library, SIGBUS would then kill the helper. All processes that map a file share
 * this data. In a damaged file, look-ups fail, and nothing worse happens.
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
struct elf_fde_answer;
struct epilogue_cache;
struct elf_read;

struct elf_file {
	unsigned int refs;
	uint64_t inode;
	uint64_t dev;
	struct elf_identity identity; /* identifies the version that was read */
	bool is_outdated;	      /* no longer in the cache */
	bool may_block;		      /* as in struct elf_opened */
	bool is_lasting;	      /* as there */
	bool is_whole;		      /* chunks contains the whole file */
	char *path;		      /* as in /proc/PID/maps, or "[vdso]" */
	pid_t tid;		      /* a thread that has mapped it, or had, */
	uint64_t start;		      /* at this address, */
	uint64_t end;		      /* up to this address */
	int fd;			      /* valid in the thread that loads the file; -1 afterwards */
	struct elf_read *late;	      /* a read that has not ended in time, or NULL */
	const uint8_t *image;	      /* a copy of the vdso, or NULL */
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
	struct elf_fde_answer *fde_answers;    /* NULL until it is needed */
	struct eh_frame_index *index; /* made from .eh_frame if the file has no such table */
	char build_id[2 * 64 + 1];    /* hex, or "" */
	uint64_t build_id_end;	      /* its file offset, if there is one */
	struct elf_file *next;	      /* in the cache */
};

#define ELF_FILE_CHUNK 16384u

/* Finds the file offset of @vaddr. Returns false if no segment has it in the file. */
bool elf_file_offset_of_vaddr(const struct elf_file *file, uint64_t vaddr, uint64_t *offset);

#endif
