/* SPDX-License-Identifier: MIT */
/*
 * What go_table.c and go_lines.c both need. Private to these two. Offsets count from the beginning
 * of the table. They come from the file, so each is checked before it is used.
 */
#ifndef SCPROF_PROFILE_SYMBOLS_GO_TABLE_PARTS_H
#define SCPROF_PROFILE_SYMBOLS_GO_TABLE_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct go_layout {
	uint64_t offset;   /* of the entries */
	size_t entry_size; /* of both positions of an entry together */
	uint64_t base;	   /* the entries' addresses are relative to this address */
	uint64_t descriptions;
	uint64_t names;
	uint64_t values;      /* tables with values for program counters */
	uint64_t units;	      /* for each unit, the offsets of its files' names; 0: there is none */
	uint64_t files;	      /* the names of files */
	bool has_offsets;     /* a description refers to its data by offsets, since Go 1.18 */
	bool has_start_lines; /* since Go 1.20 */
};

/*
 * Fills in @layout. Returns how many functions @table has, or 0 if it is not such a table. The
 * parameters are those of go_table_starts().
 */
uint64_t go_table_count(const uint8_t *table, size_t size, uint64_t text_addr,
			struct go_layout *layout);

/* Returns the entry of the function that contains @addr, or NULL. An entry follows it. */
const uint8_t *go_table_entry(const uint8_t *table, const struct go_layout *layout, uint64_t nr,
			      uint64_t addr);

/* Returns the address at which the function of @entry starts. */
uint64_t go_table_start(const uint8_t *entry, const struct go_layout *layout);

/*
 * Returns where the fields of the description of @entry's function start. They are numbers of four
 * bytes: the offset of the name, the size of the arguments, and so on.
 */
uint64_t go_table_fields(const uint8_t *entry, const struct go_layout *layout);

/* Reads the four bytes at @offset. Returns false if they are outside. */
bool go_table_read(const uint8_t *table, size_t size, uint64_t offset, uint32_t *value);

/*
 * Finds the value for the code @distance bytes after the start of a function, in the list at
 * offset @at. Returns false if the list has no value there.
 */
bool go_table_value(const uint8_t *table, size_t size, uint64_t at, uint64_t distance,
		    int32_t *value);

#endif
