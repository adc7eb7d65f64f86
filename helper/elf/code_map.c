/* SPDX-License-Identifier: MIT */
/*
 * A sorted array holds the addresses where code begins, except those of FDEs, for which the file
 * has a table. A bitmap holds the addresses that code refers to, with a bit for each byte. It
 * covers each byte sequence that looks like a branch with a 32-bit displacement, or like a lea
 * relative to rip, even if no instruction begins there.
 */
#include "helper/elf/code_map.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "helper/elf/elf_fde.h"
#include "helper/elf/elf_file.h"
#include "helper/elf/elf_read.h"
#include "helper/elf/elf_section.h"
#include "helper/elf/go_section.h"
#include "profile/symbols/go_table.h"
#include "profile/util/sorted.h"
#include "profile/util/xalloc.h"

#define MAX_TEXT     (32u << 20)
#define MAX_SYMBOLS  (1u << 20)
#define MAX_TABLE    (64u << 20)
#define MAX_FUNCTION 65536u

struct code_start {
	uint64_t start;
	uint64_t end; /* 0: unknown */
};

struct code_map {
	struct code_start *starts; /* sorted */
	size_t nr_starts;
	uint64_t text_addr; /* address of the segment for which @references is */
	uint64_t text_size; /* 0: it was not examined yet */
	uint8_t *references;
};

/* State while the map is made. */
struct making {
	struct elf_file *file;
	struct code_map *map;
};

void code_map_free(struct code_map *map)
{
	if (!map)
		return;
	free(map->starts);
	free(map->references);
	free(map);
}

/* Returns the executable segment that contains @vaddr, or NULL. */
static const struct elf_segment *find_segment(const struct elf_file *file, uint64_t vaddr)
{
	for (unsigned int i = 0; i < file->nr_segments; i++)
		if (file->segments[i].is_executable &&
		    vaddr - file->segments[i].vaddr < file->segments[i].file_size)
			return &file->segments[i];
	return NULL;
}

/* Adds a start. Arrays grow at powers of two, so there is no capacity to store. */
static void add_start(struct code_map *map, uint64_t start, uint64_t end)
{
	if ((map->nr_starts & (map->nr_starts - 1)) == 0)
		map->starts = xreallocarray(map->starts, map->nr_starts ? 2 * map->nr_starts : 1,
					    sizeof(*map->starts));
	map->starts[map->nr_starts++] = (struct code_start){ start, end };
}

/* Returns the bytes of @section, which the caller frees, or NULL. */
static uint8_t *read_section(struct elf_file *file, const struct elf_section *section)
{
	uint8_t *bytes;

	if (section->type == SHT_NOBITS || section->size == 0 || section->size > MAX_TABLE)
		return NULL;
	bytes = xmalloc(section->size);
	if (elf_read_once(file, section->offset, bytes, section->size))
		return bytes;
	free(bytes);
	return NULL;
}

static void add_symbols(const struct making *making, const struct elf_section *section)
{
	uint64_t nr = section->size / sizeof(Elf64_Sym);
	uint8_t *bytes = nr <= MAX_SYMBOLS ? read_section(making->file, section) : NULL;

	for (uint64_t i = 0; bytes && i < nr; i++) {
		Elf64_Sym symbol;

		memcpy(&symbol, bytes + i * sizeof(symbol), sizeof(symbol));
		if (symbol.st_shndx != SHN_UNDEF && ELF64_ST_TYPE(symbol.st_info) != STT_TLS &&
		    find_segment(making->file, symbol.st_value))
			add_start(making->map, symbol.st_value,
				  symbol.st_size ? symbol.st_value + symbol.st_size : 0);
	}
	free(bytes);
}

static void add_go_functions(const struct making *making)
{
	struct go_section found;
	uint8_t *bytes = NULL;
	uint64_t *starts = NULL;
	size_t nr = 0;

	if (go_section_find(making->file, &found))
		bytes = read_section(making->file, &found.table);
	if (bytes)
		nr = go_table_starts(bytes, found.table.size, found.text_addr, &starts);
	for (size_t i = 0; i < nr; i++)
		add_start(making->map, starts[i], 0);
	free(starts);
	free(bytes);
}

static void see_section(const struct elf_section *section, void *argument)
{
	struct making *making = argument;

	if (section->type == SHT_PROGBITS && section->flags & SHF_EXECINSTR) {
		add_start(making->map, section->vaddr, 0);
		add_start(making->map, section->vaddr + section->size, 0);
	} else if (section->type == SHT_SYMTAB || section->type == SHT_DYNSYM) {
		add_symbols(making, section);
	}
}

static int compare_starts(const void *a, const void *b)
{
	const struct code_start *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	/* Of two symbols at one address, the larger one comes first. */
	return x->end > y->end ? -1 : x->end < y->end;
}

static struct code_map *get_map(struct elf_file *file)
{
	struct making making = { .file = file };

	if (file->code_map)
		return file->code_map;
	file->code_map = xcalloc(1, sizeof(*file->code_map));
	making.map = file->code_map;
	elf_section_for_each(file, see_section, &making);
	add_go_functions(&making);
	if (making.map->nr_starts)
		qsort(making.map->starts, making.map->nr_starts, sizeof(*making.map->starts),
		      compare_starts);
	return file->code_map;
}

/* Returns how many starts are below @vaddr. */
static size_t count_below(const struct code_map *map, uint64_t vaddr)
{
	return SORTED_COUNT_BELOW(map->starts, map->nr_starts, start, vaddr);
}

/*
 * Returns true if the CIE of the FDE at @fde_vaddr says that its functions have landing pads ('L').
 */
static bool has_landing_pads(struct elf_file *file, uint64_t fde_vaddr)
{
	char augmentation[8] = "";
	uint64_t offset;
	uint32_t distance;

	/*
	 * The distance of the CIE is relative to the field itself. The CIE's augmentation follows
	 * its length, id and version.
	 */
	if (!elf_file_offset_of_vaddr(file, fde_vaddr, &offset) ||
	    !elf_read(file, offset + 4, &distance, sizeof(distance)) || distance > offset + 4 ||
	    !elf_read(file, offset + 4 - distance + 9, augmentation, sizeof(augmentation) - 1))
		return true;
	return strchr(augmentation, 'L');
}

bool code_map_find_fde(struct elf_file *file, uint64_t vaddr, struct code_extent *extent)
{
	uint64_t fde;

	if (!elf_fde_find(file, vaddr, &extent->start, &fde) ||
	    !elf_fde_read_end(file, fde, extent->start, &extent->function_end))
		return false;
	extent->has_landing_pads = has_landing_pads(file, fde);
	return true;
}

/* Returns the start of the first function at or after @vaddr that has an FDE, or UINT64_MAX. */
static uint64_t next_fde(struct elf_file *file, uint64_t vaddr)
{
	uint64_t low = vaddr, high = vaddr + MAX_FUNCTION, start, fde;

	if (!elf_fde_find(file, high, &start, &fde) || start < vaddr)
		return UINT64_MAX;
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (elf_fde_find(file, middle, &start, &fde) && start >= vaddr)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* Returns the start of the next function at or after @vaddr. */
static uint64_t next_start(struct elf_file *file, const struct code_map *map, uint64_t vaddr)
{
	size_t index = count_below(map, vaddr);
	uint64_t fde = next_fde(file, vaddr);

	return index < map->nr_starts && map->starts[index].start < fde ? map->starts[index].start
									: fde;
}

/* Finds a function without an FDE, by the last other start before it. */
static bool find_without_fde(struct elf_file *file, const struct code_map *map, uint64_t vaddr,
			     uint64_t behind_fde, struct code_extent *extent)
{
	size_t nr = count_below(map, vaddr + 1);
	uint64_t end;

	if (nr == 0 && !behind_fde)
		return false;
	extent->start = behind_fde;
	extent->function_end = 0;
	if (nr && map->starts[nr - 1].start >= behind_fde) {
		/* The largest symbol at that address comes first. */
		nr = count_below(map, map->starts[nr - 1].start) + 1;
		extent->start = map->starts[nr - 1].start;
		extent->function_end = map->starts[nr - 1].end;
	}
	extent->has_landing_pads = false;
	end = next_start(file, map, vaddr + 1);
	if (extent->function_end <= vaddr || extent->function_end > end)
		extent->function_end = end;
	return true;
}

bool code_map_find(struct elf_file *file, uint64_t vaddr, struct code_extent *extent)
{
	const struct elf_segment *segment = find_segment(file, vaddr);
	const struct code_map *map;
	uint64_t behind_fde = 0;
	bool has_fde;

	if (!segment)
		return false;
	map = get_map(file);
	has_fde = code_map_find_fde(file, vaddr, extent);
	if (has_fde && vaddr >= extent->function_end) {
		has_fde = false;
		behind_fde = extent->function_end;
	}
	if (!has_fde && !find_without_fde(file, map, vaddr, behind_fde, extent))
		return false;
	extent->end = next_start(file, map, extent->function_end);
	if (extent->end > segment->vaddr + segment->file_size)
		extent->end = segment->vaddr + segment->file_size;
	if (extent->function_end > extent->end)
		extent->function_end = extent->end;
	return extent->start <= vaddr && vaddr < extent->end && extent->start >= segment->vaddr &&
	       extent->end - extent->start <= MAX_FUNCTION;
}

static void set_bit(struct code_map *map, uint64_t vaddr)
{
	if (vaddr - map->text_addr < map->text_size)
		map->references[(vaddr - map->text_addr) / 8] |=
			(uint8_t)(1u << (vaddr - map->text_addr) % 8);
}

/* Returns true if the bytes before @at look like an opcode whose displacement is at @at. */
static bool is_opcode(const uint8_t *text, size_t at)
{
	return (text[at - 1] & 0xfe) == 0xe8 ||				  /* call, jmp */
	       (text[at - 2] == 0x0f && (text[at - 1] & 0xf0) == 0x80) || /* jcc */
	       (text[at - 2] == 0x8d && (text[at - 1] & 0xc7) == 0x05);	  /* lea x(%rip) */
}

static void see_references(struct code_map *map, const uint8_t *text)
{
	for (size_t at = 2; at + sizeof(int32_t) <= map->text_size; at++) {
		int32_t displacement;

		if (!is_opcode(text, at))
			continue;
		memcpy(&displacement, text + at, sizeof(displacement));
		set_bit(map, map->text_addr + at + sizeof(displacement) +
				     (uint64_t)(int64_t)displacement);
	}
}

/* Fills in the bitmap. Returns false if the code cannot be read. */
static bool make_references(struct elf_file *file, struct code_map *map, uint64_t vaddr)
{
	const struct elf_segment *segment = find_segment(file, vaddr);
	uint8_t *text;

	if (!segment || segment->file_size > MAX_TEXT)
		return false;
	if (map->text_size)
		return map->text_addr == segment->vaddr;
	text = xmalloc(segment->file_size);
	if (elf_read_once(file, segment->offset, text, segment->file_size)) {
		map->text_addr = segment->vaddr;
		map->text_size = segment->file_size;
		map->references = xcalloc(map->text_size / 8 + 1, 1);
		see_references(map, text);
	}
	free(text);
	return map->text_size;
}

bool code_map_is_referred_to(struct elf_file *file, uint64_t vaddr, uint64_t size)
{
	struct code_map *map = get_map(file);
	size_t index = count_below(map, vaddr);

	if (index < map->nr_starts && map->starts[index].start < vaddr + size)
		return true;
	if (!make_references(file, map, vaddr))
		return true;
	for (uint64_t at = vaddr; at < vaddr + size; at++) {
		uint64_t bit = at - map->text_addr;

		if (bit >= map->text_size || map->references[bit / 8] >> bit % 8 & 1)
			return true;
	}
	return false;
}
