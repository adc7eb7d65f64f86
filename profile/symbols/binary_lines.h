/* SPDX-License-Identifier: MIT */
/*
 * What is at one address of a binary: a function, and the functions that were inlined into it
 * there.
 */
#ifndef SCPROF_PROFILE_SYMBOLS_BINARY_LINES_H
#define SCPROF_PROFILE_SYMBOLS_BINARY_LINES_H

#include <stdbool.h>
#include <stdint.h>

#define BINARY_MAX_LINES 64 /* functions inlined into each other at one address */

struct binary_line {
	char *system_name;   /* as in the symbol table or in DWARF, or NULL */
	char *file;	     /* absolute if DWARF says enough, or NULL */
	uint32_t line;	     /* or 0 */
	uint32_t start_line; /* of the function, or 0 */
	uint64_t entry;	     /* where the function starts; 0 when unknown, or inlined */
	bool is_plain_name;  /* system_name lacks the scope that a mangled name would have */
};

/* Innermost first; the last one is the function that the others were inlined into. */
struct binary_lines {
	struct binary_line lines[BINARY_MAX_LINES];
	uint32_t nr;
};

void binary_lines_fini(struct binary_lines *lines);

#endif
