/* SPDX-License-Identifier: MIT */
/*
 * In all versions there is a pair (position of the function, position of its description) for each
 * function, sorted. The position of a function is an address or, since Go 1.18, its distance from
 * the beginning of the text.
 */
#include "profile/symbols/go_table.h"

#include <stdlib.h>
#include <string.h>

#include "profile/symbols/go_table_parts.h"
#include "profile/util/xalloc.h"

#define HEADER_SIZE   8
#define MAX_FUNCTIONS (1u << 20)
#define MAX_PAIRS     (1u << 20)
#define ALIGNMENT     8	 /* of a table */
#define MAX_TRIES     64 /* data that is no table seldom starts like one */

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

static bool read_layout(const uint8_t *table, size_t size, uint64_t text_addr,
			struct go_layout *layout)
{
	uint32_t magic;

	if (size < HEADER_SIZE + 8 * sizeof(uint64_t) || table[7] != sizeof(uint64_t))
		return false;
	memcpy(&magic, table, sizeof(magic));
	switch (magic) {
	case MAGIC_1_2:
		*layout = (struct go_layout){ .offset = HEADER_SIZE + sizeof(uint64_t),
					      .entry_size = 16 };
		return true;
	case MAGIC_1_16:
		*layout = (struct go_layout){
			.offset = word(table, 6),
			.entry_size = 16,
			.descriptions = word(table, 6),
			.names = word(table, 2),
			.values = word(table, 5),
			.units = word(table, 3),
			.files = word(table, 4),
		};
		return true;
	case MAGIC_1_18:
	case MAGIC_1_20:
		/* In a position-independent program the address is not in the file. */
		*layout = (struct go_layout){
			.offset = word(table, 7),
			.entry_size = 8,
			.base = word(table, 2) ? word(table, 2) : text_addr,
			.descriptions = word(table, 7),
			.names = word(table, 3),
			.values = word(table, 6),
			.units = word(table, 4),
			.files = word(table, 5),
			.has_offsets = true,
			.has_start_lines = magic == MAGIC_1_20,
		};
		return true;
	default:
		return false;
	}
}

uint64_t go_table_start(const uint8_t *entry, const struct go_layout *layout)
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

uint64_t go_table_count(const uint8_t *table, size_t size, uint64_t text_addr,
			struct go_layout *layout)
{
	uint64_t nr;

	if (!read_layout(table, size, text_addr, layout))
		return 0;
	nr = word(table, 0);
	/* The last entry has only one position. */
	if (nr > MAX_FUNCTIONS || layout->offset > size ||
	    (nr * layout->entry_size) + layout->entry_size / 2 > size - layout->offset)
		return 0;
	return nr;
}

size_t go_table_starts(const uint8_t *table, size_t size, uint64_t text_addr, uint64_t **starts)
{
	struct go_layout layout;
	uint64_t nr = go_table_count(table, size, text_addr, &layout);

	if (!nr)
		return 0;
	*starts = xcalloc(nr + 1, sizeof(**starts));
	for (uint64_t i = 0; i <= nr; i++)
		(*starts)[i] =
			go_table_start(table + layout.offset + i * layout.entry_size, &layout);
	return nr + 1;
}

/* Returns true if the text at @offset is @name. */
static bool has_name(const uint8_t *table, size_t size, uint64_t offset, const char *name)
{
	size_t length = strlen(name) + 1;

	return offset <= size && length <= size - offset &&
	       memcmp(table + offset, name, length) == 0;
}

uint64_t go_table_fields(const uint8_t *entry, const struct go_layout *layout)
{
	const size_t place_size = layout->entry_size / 2;
	uint64_t description = 0;

	memcpy(&description, entry + place_size, place_size);
	/* The description begins with the function's position, of the same size. */
	return description + layout->descriptions + place_size;
}

bool go_table_read(const uint8_t *table, size_t size, uint64_t offset, uint32_t *value)
{
	if (offset > size || sizeof(*value) > size - offset)
		return false;
	memcpy(value, table + offset, sizeof(*value));
	return true;
}

/* Returns true if the name of the function whose entry is at @entry is one of the @nr @names. */
static bool is_named(const uint8_t *table, size_t size, const struct go_layout *layout,
		     const uint8_t *entry, const char *const *names, size_t nr)
{
	uint32_t name;

	if (!go_table_read(table, size, go_table_fields(entry, layout), &name))
		return false;
	for (size_t i = 0; i < nr; i++)
		if (has_name(table, size, layout->names + name, names[i]))
			return true;
	return false;
}

/* Returns true if a stack ends in the function whose entry is at @entry. */
static bool ends_stack(const uint8_t *table, size_t size, const struct go_layout *layout,
		       const uint8_t *entry)
{
	static const char *const names[] = {
		"runtime.goexit",
		"runtime.mstart",
		"runtime.mcall",
		"runtime.rt0_go",
		"runtime.goexit.abi0",
		"runtime.mstart.abi0",
		"runtime.rt0_go.abi0",
		"_rt0_amd64",
		"_rt0_amd64_linux",
		"runtime.systemstack_switch",
		"runtime.systemstack",
		"runtime.systemstack.abi0",
		"runtime.mcall.abi0",
		"runtime.morestack",
		"runtime.morestack.abi0",
		"runtime.asmcgocall",
		"runtime.asmcgocall.abi0",
		"runtime.cgocallback",
		"runtime.cgocallback.abi0",
	};

	return is_named(table, size, layout, entry, names, sizeof(names) / sizeof(names[0]));
}

/*
 * Returns true if the function calls the vdso on the stack of its thread, and aligns the stack
 * pointer for that. The table has the size of its frame without these two changes.
 */
static bool switches_stack(const uint8_t *table, size_t size, const struct go_layout *layout,
			   const uint8_t *entry)
{
	static const char *const names[] = {
		"runtime.nanotime1",
		"runtime.nanotime1.abi0",
		"runtime.walltime",
		"runtime.walltime.abi0",
		"time.now",
		"time.now.abi0",
		"runtime.vgetrandom1",
		"runtime.vgetrandom1.abi0",
	};

	return is_named(table, size, layout, entry, names, sizeof(names) / sizeof(names[0]));
}

size_t go_table_stack_ends(const uint8_t *table, size_t size, uint64_t text_addr,
			   struct go_range ranges[static GO_MAX_STACK_ENDS])
{
	struct go_layout layout;
	uint64_t nr = go_table_count(table, size, text_addr, &layout);
	size_t nr_ranges = 0;

	for (uint64_t i = 0; i < nr && nr_ranges < GO_MAX_STACK_ENDS; i++) {
		const uint8_t *entry = table + layout.offset + i * layout.entry_size;

		if (ends_stack(table, size, &layout, entry))
			ranges[nr_ranges++] = (struct go_range){
				.start = go_table_start(entry, &layout),
				.end = go_table_start(entry + layout.entry_size, &layout),
			};
	}
	return nr_ranges;
}

const uint8_t *go_table_entry(const uint8_t *table, const struct go_layout *layout, uint64_t nr,
			      uint64_t addr)
{
	const uint8_t *entries = table + layout->offset;
	uint64_t low = 0, high = nr + 1;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (go_table_start(entries + middle * layout->entry_size, layout) <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low == 0 || low > nr ? NULL : entries + (low - 1) * layout->entry_size;
}

/* Reads a number with seven bits in each byte, the lowest first. */
static bool read_number(const uint8_t *table, size_t size, uint64_t *at, uint32_t *number)
{
	*number = 0;
	for (unsigned int shift = 0; shift < 32 && *at < size; shift += 7) {
		uint8_t byte = table[(*at)++];

		*number |= (uint32_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return true;
	}
	return false;
}

/*
 * The list consists of pairs (change of the value, number of code bytes for which it holds). A
 * change of 0 ends it.
 */
bool go_table_value(const uint8_t *table, size_t size, uint64_t at, uint64_t distance,
		    int32_t *value)
{
	uint32_t change, length, sum = UINT32_MAX; /* lists start at -1 */
	uint64_t end = 0;

	for (unsigned int i = 0; i < MAX_PAIRS; i++) {
		if (!read_number(table, size, &at, &change) || (i && !change) ||
		    !read_number(table, size, &at, &length) || !length)
			return false;
		sum += change & 1 ? ~(change >> 1) : change >> 1;
		end += (uint64_t)length * table[6];
		if (distance < end) {
			*value = (int32_t)sum;
			return true;
		}
	}
	return false;
}

bool go_table_frame_size(const uint8_t *table, size_t size, uint64_t text_addr, uint64_t addr,
			 uint64_t *frame_size)
{
	struct go_layout layout;
	uint64_t nr = go_table_count(table, size, text_addr, &layout);
	const uint8_t *entry = nr ? go_table_entry(table, &layout, nr, addr) : NULL;
	uint32_t pairs;
	int32_t value;

	if (!entry || switches_stack(table, size, &layout, entry))
		return false;
	/* The name, the arguments and one more number come first. */
	if (!go_table_read(table, size, go_table_fields(entry, &layout) + 3 * sizeof(pairs),
			   &pairs) ||
	    !pairs ||
	    !go_table_value(table, size, layout.values + pairs,
			    addr - go_table_start(entry, &layout), &value) ||
	    value < 0)
		return false;
	*frame_size = (uint64_t)value;
	return true;
}

/* Returns true if the positions of functions ascend, as in no other data. */
static bool has_functions(const uint8_t *table, size_t size)
{
	struct go_range ends[GO_MAX_STACK_ENDS];
	uint64_t *starts = NULL;
	size_t nr = go_table_starts(table, size, 0, &starts), i = 1;

	while (i < nr && starts[i] > starts[i - 1])
		i++;
	i = nr && starts[0] ? i : 0;
	free(starts);
	return i && i == nr && go_table_stack_ends(table, size, 0, ends) > 0;
}

size_t go_table_find(const uint8_t *data, size_t size)
{
	/* Byte 6 of the header is the size of an instruction, byte 7 that of a pointer. */
	static const uint8_t header[] = { 0xff, 0xff, 0xff, 0, 0, 1, sizeof(uint64_t) };

	unsigned int nr_tries = 0;

	for (size_t at = 0; at + HEADER_SIZE <= size && nr_tries < MAX_TRIES; at += ALIGNMENT) {
		if (memcmp(data + at + 1, header, sizeof(header)) != 0)
			continue;
		if (has_functions(data + at, size - at))
			return at;
		nr_tries++;
	}
	return size;
}
