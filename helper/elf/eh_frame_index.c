/* SPDX-License-Identifier: MIT */
/*
 * Reads .eh_frame once. It is a list of CIEs, which say how addresses are encoded, and FDEs, which
 * say where their functions begin (Linux Standard Base, "Exception Frames"; DWARF 4, 6.4.1).
 */
#include "helper/elf/eh_frame_index.h"

#include <stdlib.h>
#include <string.h>

#include "helper/elf/elf_read.h"
#include "profile/util/sorted.h"
#include "profile/util/xalloc.h"

#define MAX_SECTION	 (1u << 28)
#define MAX_AUGMENTATION 16 /* letters; compilers write at most six */
#define MAX_LEB128	 10 /* bytes of a 64-bit number */

struct fde_entry {
	uint64_t function;
	uint64_t fde;
};

struct eh_frame_index {
	struct fde_entry *entries; /* sorted by function */
	size_t nr;
};

/* The section while it is read. No byte after its end is read. */
struct section {
	const uint8_t *bytes;
	uint64_t size;
	uint64_t vaddr;
};

static bool get(const struct section *section, uint64_t at, void *value, size_t size)
{
	if (at > section->size || size > section->size - at)
		return false;
	memcpy(value, section->bytes + at, size);
	return true;
}

static bool skip_leb128(const struct section *section, uint64_t *at)
{
	uint8_t byte;

	for (unsigned int i = 0; i < MAX_LEB128 && get(section, (*at)++, &byte, 1); i++)
		if (!(byte & 0x80))
			return true;
	return false;
}

/*
 * DW_EH_PE_*: how a pointer is stored (low four bits) and what it is relative to (the next three).
 */
enum {
	ENCODING_ABSPTR = 0x00,
	ENCODING_UDATA4 = 0x03,
	ENCODING_UDATA8 = 0x04,
	ENCODING_SDATA4 = 0x0b,
	ENCODING_SDATA8 = 0x0c,
	ENCODING_FORMAT = 0x0f,
	ENCODING_PCREL = 0x10,
	ENCODING_BASE = 0x70,
	ENCODING_NONE = 0xff,
};

static unsigned int encoding_size(uint8_t encoding)
{
	switch (encoding & ENCODING_FORMAT) {
	case ENCODING_ABSPTR:
	case ENCODING_UDATA8:
	case ENCODING_SDATA8:
		return 8;
	case ENCODING_UDATA4:
	case ENCODING_SDATA4:
		return 4;
	default:
		return 0;
	}
}

static bool get_pointer(const struct section *section, uint64_t at, uint8_t encoding,
			uint64_t *value)
{
	unsigned int size = encoding_size(encoding);
	uint8_t base = encoding & ENCODING_BASE;

	*value = 0;
	if (!size || (base != ENCODING_ABSPTR && base != ENCODING_PCREL) ||
	    !get(section, at, value, size))
		return false;
	if ((encoding & ENCODING_FORMAT) == ENCODING_SDATA4)
		*value = (uint64_t)(int64_t)(int32_t)*value;
	if (base == ENCODING_PCREL)
		*value += section->vaddr + at;
	return true;
}

/* Returns the encoding of addresses in the FDEs of the CIE at @at, or ENCODING_NONE. */
static uint8_t cie_encoding(const struct section *section, uint64_t at)
{
	uint8_t version, encoding;
	uint64_t text, next;
	char letter;

	at += 8; /* length and id */
	if (!get(section, at++, &version, 1) || (version != 1 && version != 3))
		return ENCODING_NONE;
	text = at;
	do {
		if (at - text > MAX_AUGMENTATION || !get(section, at++, &letter, 1))
			return ENCODING_NONE;
	} while (letter);
	/* Code and data alignment, and the return address's register. */
	if (!skip_leb128(section, &at) || !skip_leb128(section, &at) || !skip_leb128(section, &at))
		return ENCODING_NONE;
	if (!get(section, text++, &letter, 1) || letter != 'z')
		return ENCODING_ABSPTR;
	if (!skip_leb128(section, &at))
		return ENCODING_NONE;
	for (next = at; get(section, text++, &letter, 1) && letter;) {
		if (letter == 'S' || letter == 'B')
			continue;
		if (!get(section, next++, &encoding, 1))
			return ENCODING_NONE;
		if (letter == 'R')
			return encoding;
		if (letter == 'P')
			next += encoding_size(encoding);
		else if (letter != 'L')
			return ENCODING_NONE;
	}
	return ENCODING_ABSPTR;
}

static void add(struct eh_frame_index *index, uint64_t function, uint64_t fde)
{
	if ((index->nr & (index->nr - 1)) == 0)
		index->entries = xreallocarray(index->entries, index->nr ? 2 * index->nr : 1,
					       sizeof(*index->entries));
	index->entries[index->nr++] = (struct fde_entry){ function, fde };
}

static void parse(struct eh_frame_index *index, const struct section *section)
{
	uint64_t at = 0, last_cie = UINT64_MAX, function;
	uint8_t encoding = ENCODING_NONE;
	uint32_t length, id;

	/* A length of zero ends the section; the 64-bit form is not used in .eh_frame. */
	while (get(section, at, &length, 4) && length && length < UINT32_MAX &&
	       get(section, at + 4, &id, 4)) {
		uint64_t cie = at + 4 - id;

		if (id && cie < at) {
			if (cie != last_cie)
				encoding = cie_encoding(section, cie);
			last_cie = cie;
			if (encoding != ENCODING_NONE &&
			    get_pointer(section, at + 8, encoding, &function) && function)
				add(index, function, section->vaddr + at);
		}
		at += 4 + (uint64_t)length;
	}
}

static int compare(const void *a, const void *b)
{
	const struct fde_entry *x = a, *y = b;

	return x->function < y->function ? -1 : x->function > y->function;
}

struct eh_frame_index *eh_frame_index_new(struct elf_file *file, uint64_t vaddr, uint64_t offset,
					  uint64_t size)
{
	struct eh_frame_index *index = xcalloc(1, sizeof(*index));
	uint8_t *bytes;

	if (size == 0 || size > MAX_SECTION || size > file->size)
		return index;
	bytes = xmalloc(size);
	if (elf_read(file, offset, bytes, size)) {
		struct section section = { .bytes = bytes, .size = size, .vaddr = vaddr };
		parse(index, &section);
		if (index->nr)
			qsort(index->entries, index->nr, sizeof(*index->entries), compare);
	}
	free(bytes);
	return index;
}

void eh_frame_index_free(struct eh_frame_index *index)
{
	if (index)
		free(index->entries);
	free(index);
}

bool eh_frame_index_find(const struct eh_frame_index *index, uint64_t vaddr,
			 uint64_t *function_vaddr, uint64_t *fde_vaddr)
{
	size_t low = SORTED_COUNT_UP_TO(index->entries, index->nr, function, vaddr);

	if (low == 0)
		return false;
	*function_vaddr = index->entries[low - 1].function;
	*fde_vaddr = index->entries[low - 1].fde;
	return true;
}
