/* SPDX-License-Identifier: MIT */
/*
 * Finds the functions and the source line at an address of a Go program in its function table,
 * which a stripped program has too. Source: debug/gosym, runtime/symtab.go and runtime/symtabinl.go
 * of Go 1.16 to 1.24.
 */
#ifndef SCPROF_PROFILE_SYMBOLS_GO_LINES_H
#define SCPROF_PROFILE_SYMBOLS_GO_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "profile/symbols/binary_lines.h"

struct go_lines {
	const uint8_t *table; /* see go_table.h */
	size_t size;
	uint64_t text_addr;
	/*
	 * The data to which the table refers for inlined functions, and its size. The size is 0 if
	 * it was not found.
	 */
	const uint8_t *data;
	size_t data_size;
};

/*
 * Looks up @address. If nothing is found, lines->nr is 0. Otherwise the caller calls
 * binary_lines_fini(). If the line there belongs to an inlined function that cannot be read,
 * returns only the function into which it is inlined, without a line.
 */
void go_lines_find(const struct go_lines *go, uint64_t address, struct binary_lines *lines);

#endif
