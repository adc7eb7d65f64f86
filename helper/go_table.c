/* SPDX-License-Identifier: MIT */
/*
 * All versions have (place of a function, place of its description) for each function, sorted; the place
 * is an address, or since Go 1.18 how far it is behind the beginning of the text.
 */
#include "helper/go_table.h"

#include <string.h>

#include "profile/xalloc.h"

#define HEADER_SIZE   8
#define MAX_FUNCTIONS (1u << 20)

enum {
	MAGIC_1_2 = 0xfffffffb,
	MAGIC_1_16 = 0xfffffffa,
	MAGIC_1_18 = 0xfffffff0,
	MAGIC_1_20 = 0xfffffff1,
};

bool go_table_is_section(const char *name)
{
	return strcmp(name, ".gopclntab") == 0 || strcmp(name, ".data.rel.ro.gopclntab") == 0;
}

static uint64_t word(const uint8_t *table, size_t index)
{
	uint64_t value;

	memcpy(&value, table + HEADER_SIZE + index * sizeof(value), sizeof(value));
	return value;
}

/* Where the entries are, of what size, and what is to be added to them. */
struct layout {
	uint64_t offset;
	size_t entry_size; /* of both places */
	uint64_t base;
};

static bool read_layout(const uint8_t *table, size_t size, uint64_t text_addr,
			struct layout *layout)
{
	uint32_t magic;

	if (size < HEADER_SIZE + 8 * sizeof(uint64_t) || table[7] != sizeof(uint64_t))
		return false;
	memcpy(&magic, table, sizeof(magic));
	switch (magic) {
	case MAGIC_1_2:
		*layout = (struct layout){ HEADER_SIZE + sizeof(uint64_t), 16, 0 };
		return true;
	case MAGIC_1_16:
		*layout = (struct layout){ word(table, 6), 16, 0 };
		return true;
	case MAGIC_1_18:
	case MAGIC_1_20:
		/* In a position-independent program the address is not in the file. */
		*layout = (struct layout){ word(table, 7), 8,
					   word(table, 2) ? word(table, 2) : text_addr };
		return true;
	default:
		return false;
	}
}

static uint64_t read_start(const uint8_t *entry, const struct layout *layout)
{
	uint64_t addr;
	uint32_t distance;

	if (layout->entry_size == 16) {
		memcpy(&addr, entry, sizeof(addr));
		return addr;
	}
	memcpy(&distance, entry, sizeof(distance));
	return layout->base + distance;
}

size_t go_table_starts(const uint8_t *table, size_t size, uint64_t text_addr, uint64_t **starts)
{
	struct layout layout;
	uint64_t nr;

	if (!read_layout(table, size, text_addr, &layout))
		return 0;
	nr = word(table, 0);
	/* The last entry has but one place. */
	if (nr == 0 || nr > MAX_FUNCTIONS || layout.offset > size ||
	    (nr * layout.entry_size) + layout.entry_size / 2 > size - layout.offset)
		return 0;
	*starts = xcalloc(nr + 1, sizeof(**starts));
	for (uint64_t i = 0; i <= nr; i++)
		(*starts)[i] = read_start(table + layout.offset + i * layout.entry_size, &layout);
	return nr + 1;
}
