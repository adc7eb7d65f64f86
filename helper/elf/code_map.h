/* SPDX-License-Identifier: MIT */
/*
 * What an ELF file says about its code in addition to unwind information. Symbols, the Go function
 * table and sections say where functions begin. The code itself says which addresses it refers to.
 * The helper makes the map of a file when it first needs it.
 */
#ifndef SCPROF_HELPER_ELF_CODE_MAP_H
#define SCPROF_HELPER_ELF_CODE_MAP_H

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
 * Finds the function at @vaddr and fills in @extent. Returns false if the bounds of the function
 * are unknown, or if it is too large.
 */
bool code_map_find(struct elf_file *file, uint64_t vaddr, struct code_extent *extent);

/*
 * Does the same with unwind information alone, and sets all of @extent but its end. Finds the last
 * function that begins at or before @vaddr; this function may end before @vaddr. Returns false if
 * there is no unwind information for it.
 */
bool code_map_find_fde(struct elf_file *file, uint64_t vaddr, struct code_extent *extent);

/*
 * Returns true if a function or symbol begins in [@vaddr, @vaddr + @size), or if code of the file
 * branches or refers to it. Returns true too if the code cannot be examined.
 */
bool code_map_is_referred_to(struct elf_file *file, uint64_t vaddr, uint64_t size);

#endif
