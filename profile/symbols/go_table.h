/* SPDX-License-Identifier: MIT */
/*
 * The function table of Go programs. The Go runtime needs it, so it stays in a stripped file.
 * Source: debug/gosym and runtime/symtab.go of Go 1.2 to 1.25.
 */
#ifndef SCPROF_PROFILE_SYMBOLS_GO_TABLE_H
#define SCPROF_PROFILE_SYMBOLS_GO_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Returns true if a section named @name has such a table. */
bool go_table_is_section(const char *name);

/*
 * Looks for such a table in the @size bytes of @data, which have other contents too. Returns how
 * far it is from the beginning, or @size if there is none. Finds only tables that contain
 * addresses.
 */
size_t go_table_find(const uint8_t *data, size_t size);

/*
 * Reads the start addresses of functions from @table, the @size bytes of a .gopclntab. @text_addr
 * is the address of the .text section, which some tables do not contain. Returns the number of
 * addresses in *@starts, which the caller frees. The last address is the end of the last function.
 * Returns 0 if @table is not such a table.
 */
size_t go_table_starts(const uint8_t *table, size_t size, uint64_t text_addr, uint64_t **starts);

struct go_range {
	uint64_t start;
	uint64_t end;
};

#define GO_MAX_STACK_ENDS 24

/*
 * Finds the functions in which a complete stack ends: they have no caller, or run on another stack
 * than their caller. @table, @size and @text_addr are as above. Returns the number of @ranges.
 */
size_t go_table_stack_ends(const uint8_t *table, size_t size, uint64_t text_addr,
			   struct go_range ranges[static GO_MAX_STACK_ENDS]);

/*
 * Finds how many bytes the stack pointer is below the return address while the code at @addr runs.
 * @table, @size and @text_addr are as above. Returns false if the table does not contain this
 * number, or if the function runs on another stack for a while.
 */
bool go_table_frame_size(const uint8_t *table, size_t size, uint64_t text_addr, uint64_t addr,
			 uint64_t *frame_size);

#endif
