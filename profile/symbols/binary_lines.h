/* SPDX-License-Identifier: MIT */
/*
 * The functions at one address of a binary: a function, and the functions that are inlined into it
 * there.
 */
#ifndef SCPROF_PROFILE_SYMBOLS_BINARY_LINES_H
#define SCPROF_PROFILE_SYMBOLS_BINARY_LINES_H

#include <stdbool.h>
#include <stdint.h>

#define BINARY_MAX_LINES 64 /* most functions inlined into each other at one address */

struct binary_line {
	char *system_name;   /* from the symbol table or DWARF, or NULL */
	char *file;	     /* absolute if DWARF allows it, or NULL */
	uint32_t line;	     /* or 0 */
	uint32_t start_line; /* line where the function starts, or 0 */
	uint64_t entry;	     /* address where the function starts; 0 if unknown or inlined */
	bool is_plain_name;  /* system_name has no scope, which a mangled name would have */
};

/* The innermost function is first. The last is the function into which the others are inlined. */
struct binary_lines {
	struct binary_line lines[BINARY_MAX_LINES];
	uint32_t nr;
};

void binary_lines_fini(struct binary_lines *lines);

#endif
