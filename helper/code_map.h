/* SPDX-License-Identifier: MIT */
/*
 * What an ELF file says of its code besides unwind information: where functions begin, by its symbols,
 * its Go function table and its sections, and to which places its code refers. Made once for each
 * file, when it is first asked for.
 */
#ifndef SCPROF_HELPER_CODE_MAP_H
#define SCPROF_HELPER_CODE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct elf_file;
struct code_map;

/* All addresses are virtual ones of the file. */
struct code_extent {
	uint64_t start; /* of a function */
	uint64_t function_end;
	uint64_t end; /* where the next function begins, or the code ends */
	bool has_landing_pads;
};

void code_map_free(struct code_map *map);

/*
 * Finds what lies around @vaddr. Returns false when the bounds of its function are not known, or when
 * the code is too large to be looked at.
 */
bool code_map_find(struct elf_file *file, uint64_t vaddr, struct code_extent *extent);

/*
 * The same by unwind information alone: sets all but @extent->end. Returns false when there is none. The function is
 * the last one that begins at or before @vaddr; it may end before it.
 */
bool code_map_find_fde(struct elf_file *file, uint64_t vaddr, struct code_extent *extent);

/* Whether a function or symbol begins, or a branch or a reference of the file's code leads, to [@vaddr, @vaddr + @size). */
bool code_map_is_referred_to(struct elf_file *file, uint64_t vaddr, uint64_t size);

#endif
