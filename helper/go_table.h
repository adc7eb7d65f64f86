/* SPDX-License-Identifier: MIT */
/*
 * The function table of Go programs, which the runtime needs and which stripping leaves in the file.
 * Source: debug/gosym and runtime/symtab.go of Go 1.2 to 1.25.
 */
#ifndef SCPROF_HELPER_GO_TABLE_H
#define SCPROF_HELPER_GO_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether a section named @name has such a table. */
bool go_table_is_section(const char *name);

/*
 * Reads where functions begin from the @size bytes of a .gopclntab. @text_addr is the address of the .text
 * section, for tables that leave it out. Returns the number of addresses in @starts, which the caller
 * frees, with the end of the last function as the last of them; 0 when there is no such table.
 */
size_t go_table_starts(const uint8_t *table, size_t size, uint64_t text_addr, uint64_t **starts);

struct go_range {
	uint64_t start;
	uint64_t end;
};

#define GO_MAX_STACK_ENDS 16

/*
 * Finds the functions in which a stack ends whole: nobody has called them, or they run on another stack than
 * their caller. @table, @size and @text_addr are as above. Returns how many @ranges there are.
 */
size_t go_table_stack_ends(const uint8_t *table, size_t size, uint64_t text_addr,
			   struct go_range ranges[static GO_MAX_STACK_ENDS]);

/*
 * Finds how many bytes the stack pointer is below the return address while the code at @addr runs. @table, @size and
 * @text_addr are as above. Returns false when the table does not say.
 */
bool go_table_frame_size(const uint8_t *table, size_t size, uint64_t text_addr, uint64_t addr,
			 uint64_t *frame_size);

#endif
