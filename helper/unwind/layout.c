/* SPDX-License-Identifier: MIT */
/*
 * Regions of an address space, from /proc/PID/maps.
 */
#include "helper/unwind/layout.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "helper/base/aside.h"
#include "helper/elf/elf_load.h"
#include "helper/elf/go_stack_end.h"
#include "helper/unwind/maps.h"
#include "helper/unwind/read_ahead.h"
#include "profile/util/xalloc.h"

#define MAPS_BUFFER	16384
#define DELETED		" (deleted)"
#define PAGE_BYTES	4096u
#define ENTRY_CODE_SIZE 128u /* the code of _start is shorter */

/*
 * Segments are mapped by whole pages. So a region may begin before its segment, with bytes of the
 * previous one: lld lets segments share a page of the file, at different addresses.
 */
static bool segment_maps(const struct elf_segment *segment, uint64_t offset)
{
	return offset >= segment->offset - segment->offset % PAGE_BYTES &&
	       offset < segment->offset + segment->file_size;
}

/* Returns the segment that an executable region at @offset contains, or NULL. */
static const struct elf_segment *code_segment(const struct elf_file *file, uint64_t offset)
{
	for (unsigned int i = 0; i < file->nr_segments; i++)
		if (file->segments[i].is_executable && segment_maps(&file->segments[i], offset))
			return &file->segments[i];
	return NULL;
}

static bool region_set_file(struct region *region, struct elf_file *file)
{
	const struct elf_segment *segment = code_segment(file, region->offset);

	if (!segment)
		return false;
	region->file = elf_file_ref(file);
	region->bias = region->start - (segment->vaddr + (region->offset - segment->offset));
	return true;
}

/* Sets the file of a neighbour of that region, if both were mapped together. */
static void region_share_file(struct region *region, const struct region *code)
{
	uint64_t vaddr = region->start - code->bias;

	for (unsigned int i = 0; i < code->file->nr_segments; i++) {
		const struct elf_segment *segment = &code->file->segments[i];
		if (!segment_maps(segment, region->offset) ||
		    vaddr - segment->vaddr != region->offset - segment->offset)
			continue;
		region->file = elf_file_ref(code->file);
		region->bias = code->bias;
		return;
	}
}

static bool is_same_file(const struct region *a, const struct region *b)
{
	return a->inode && a->inode == b->inode && a->dev == b->dev;
}

/* Returns where the first page of @code's file is mapped, below @code, or 0. */
static uint64_t find_head(const struct layout *layout, const struct region *code)
{
	for (const struct region *region = code;; region--) {
		if (!is_same_file(region, code))
			return 0;
		if (region->offset == 0 && !region->is_writable)
			return region->start;
		if (region == layout->regions)
			return 0;
	}
}

static struct elf_file *open_file(struct layout *layout, const struct region *code, pid_t tid)
{
	struct elf_mapping mapping;
	struct elf_file *file;
	bool is_loading;

	if (strcmp(code->path, "[vdso]") == 0)
		return elf_load_vdso();
	if (code->path[0] != '/' || !code->inode)
		return NULL;
	mapping = (struct elf_mapping){
		.path = code->path,
		.dev = code->dev,
		.inode = code->inode,
		.start = code->start,
		.end = code->end,
		.head = find_head(layout, code),
	};
	file = elf_file_get(tid, &mapping, &is_loading);
	layout->is_incomplete |= is_loading;
	return file;
}

static bool is_same_region(const struct region *a, const struct region *b)
{
	return a->is_executable == b->is_executable && a->start == b->start && a->end == b->end &&
	       a->offset == b->offset && a->dev == b->dev && a->inode == b->inode;
}

/* Returns the file that the region had before, or NULL. */
static struct elf_file *file_before(const struct region *region, struct layout *old)
{
	const struct region *was = layout_find(old, region->start);

	return was && was->file && is_same_region(was, region) ? elf_file_ref(was->file) : NULL;
}

/*
 * Sets the file of the executable region @index, and of its neighbours with the same file that are
 * only read, such as headers and unwind tables. Other mapped files contain data, and are not
 * opened.
 */
static void layout_open(struct layout *layout, struct layout *old, pid_t tid, unsigned int index)
{
	struct region *code = &layout->regions[index];
	struct region *end = layout->regions + layout->nr_regions;
	struct region *region = code;
	struct elf_file *file = old ? file_before(code, old) : NULL;

	if (!file)
		file = open_file(layout, code, tid);
	if (!file)
		return;
	if (region_set_file(code, file)) {
		while (region > layout->regions && is_same_file(&region[-1], code))
			region--;
		for (; region < end && (region == code || is_same_file(region, code)); region++)
			if (!region->is_writable && !region->file)
				region_share_file(region, code);
	}
	elf_file_put(file);
}

static void layout_add(struct layout *layout, const struct maps_line *line)
{
	size_t length = strlen(line->path);
	struct region region = {
		.start = line->start,
		.end = line->end,
		.offset = line->offset,
		.dev = makedev(line->dev_major, line->dev_minor),
		.inode = line->inode,
		.is_writable = line->is_writable,
		.is_executable = line->is_executable,
	};

	if (line->is_executable) {
		if (length > strlen(DELETED) &&
		    strcmp(line->path + length - strlen(DELETED), DELETED) == 0)
			length -= strlen(DELETED);
		region.path = xasprintf("%.*s", (int)length, line->path);
	}
	/* The size doubles at powers of two, so there is no capacity to store. */
	if ((layout->nr_regions & (layout->nr_regions - 1)) == 0)
		layout->regions = xreallocarray(
			layout->regions, layout->nr_regions ? 2 * (size_t)layout->nr_regions : 1,
			sizeof(*layout->regions));
	layout->regions[layout->nr_regions++] = region;
}

struct layout *layout_read(pid_t tid)
{
	return layout_read_again(tid, NULL);
}

struct layout *layout_read_again(pid_t tid, struct layout *old)
{
	static char buffer[MAPS_BUFFER];
	struct layout *layout = xcalloc(1, sizeof(*layout));
	struct maps_line parsed;
	char name[64];
	char *line = NULL;
	size_t size = 0;
	FILE *file;

	layout->refs = 1;
	layout->nr_done = aside_nr_done();
	memo_table_init(&layout->memos);
	snprintf(name, sizeof(name), "/proc/%d/maps", (int)tid);
	file = fopen(name, "re");
	if (!file)
		return layout;
	/* The kernel returns a page at a time. stdio's buffer is only a quarter of that. */
	setvbuf(file, buffer, _IOFBF, sizeof(buffer));
	while (getline(&line, &size, file) > 0)
		if (maps_line_parse(line, &parsed))
			layout_add(layout, &parsed);
	free(line);
	fclose(file);
	for (unsigned int i = 0; i < layout->nr_regions; i++)
		if (layout->regions[i].is_executable && !layout->regions[i].file)
			layout_open(layout, old, tid, i);
	return layout;
}

bool layout_is_outdated(const struct layout *layout)
{
	return layout->has_met_stale ||
	       (layout->is_incomplete && layout->nr_done != aside_nr_done());
}

struct layout *layout_ref(struct layout *layout)
{
	layout->refs++;
	return layout;
}

static void free_unwinder(struct layout *layout)
{
	if (layout->unwinder)
		layout->free_unwinder(layout->unwinder);
}

void layout_put(struct layout *layout)
{
	if (!layout || --layout->refs)
		return;
	for (unsigned int i = 0; i < layout->nr_regions; i++) {
		elf_file_put(layout->regions[i].file);
		free(layout->regions[i].path);
	}
	free(layout->regions);
	free(layout->code_words);
	free_unwinder(layout);
	memo_table_fini(&layout->memos);
	free(layout);
}

/* Returns true if @layout has all executable regions of @old, and all other regions with a file. */
static bool has_all_of(struct layout *layout, const struct layout *old)
{
	for (unsigned int i = 0; i < old->nr_regions; i++) {
		const struct region *was = &old->regions[i];
		const struct region *is;

		if (!was->is_executable)
			continue;
		is = layout_find(layout, was->start);
		if (!is || !is_same_region(is, was) || is->file != was->file)
			return false;
	}
	return true;
}

bool layout_take_over(struct layout *layout, struct layout *old)
{
	/* Stacks that were truncated because code was missing may be complete now. */
	if (old->refs > 1 || old->memos.has_truncated || !has_all_of(layout, old))
		return false;
	memo_table_fini(&layout->memos);
	layout->memos = old->memos;
	memo_table_init(&old->memos);
	free_unwinder(layout);
	layout->unwinder = old->unwinder;
	layout->free_unwinder = old->free_unwinder;
	old->unwinder = NULL;
	return true;
}

unsigned int layout_index(const struct layout *layout, uint64_t addr)
{
	unsigned int low = 0, high = layout->nr_regions;

	while (low < high) {
		unsigned int middle = low + (high - low) / 2;
		if (layout->regions[middle].end <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct region *find_region(struct layout *layout, uint64_t addr)
{
	unsigned int index;

	if (layout->last_found && addr >= layout->last_found->start &&
	    addr < layout->last_found->end)
		return layout->last_found;
	index = layout_index(layout, addr);
	if (index == layout->nr_regions || layout->regions[index].start > addr)
		return NULL;
	layout->last_found = &layout->regions[index];
	return layout->last_found;
}

struct region *layout_find(struct layout *layout, uint64_t addr)
{
	struct region *region = find_region(layout, addr);

	for (unsigned int i = 0; i < layout->nr_stale; i++)
		layout->has_met_stale |=
			addr >= layout->stale[i].start && addr < layout->stale[i].end;
	if (region)
		region->is_met = true;
	return region;
}

struct region *layout_find_file(struct layout *layout, uint64_t addr)
{
	struct region *region = find_region(layout, addr);

	return region && region->file ? region : NULL;
}

bool layout_is_executable(struct layout *layout, uint64_t addr)
{
	struct region *region = layout_find(layout, addr);

	return region && region->is_executable;
}

bool layout_go_frame_size(struct layout *layout, uint64_t ip, uint64_t *frame_size)
{
	const struct region *region = layout_find(layout, ip);

	return region && region->file &&
	       go_stack_frame_size(region->file, ip - region->bias, frame_size);
}

bool layout_is_entry_code(struct layout *layout, uint64_t ip)
{
	struct region *region = layout_find(layout, ip);

	if (!region || !region->file)
		return false;
	return (region->file->entry && ip - region->bias - region->file->entry < ENTRY_CODE_SIZE) ||
	       go_stack_end_is(region->file, ip - region->bias);
}

static uint64_t end_of(uint64_t addr, uint64_t size)
{
	return size > UINT64_MAX - addr ? UINT64_MAX : addr + size;
}

bool layout_has_executable(const struct layout *layout, uint64_t addr, uint64_t size)
{
	uint64_t end = end_of(addr, size);

	if (!size)
		return false;
	for (unsigned int i = 0; i < layout->nr_stale; i++)
		if (layout->stale[i].start < end && addr < layout->stale[i].end)
			return true;
	for (unsigned int i = layout_index(layout, addr);
	     i < layout->nr_regions && layout->regions[i].start < end; i++)
		if (layout->regions[i].is_executable)
			return true;
	return false;
}

bool layout_is_all_code(const struct layout *layout, uint64_t addr, uint64_t size)
{
	uint64_t end = end_of(addr, size);

	for (unsigned int i = 0; i < layout->nr_stale; i++)
		if (layout->stale[i].start <= addr && end <= layout->stale[i].end)
			return true;
	for (unsigned int i = layout_index(layout, addr);
	     i < layout->nr_regions && layout->regions[i].start <= addr &&
	     layout->regions[i].is_executable;
	     i++) {
		addr = layout->regions[i].end;
		if (addr >= end)
			return true;
	}
	return false;
}

/* Returns true if no result of @layout can depend on the memory in [@addr, @end). */
static bool is_free_of_stacks(const struct layout *layout, uint64_t addr, uint64_t end)
{
	if (layout->refs > 1 || layout->memos.has_truncated)
		return false;
	for (unsigned int i = layout_index(layout, addr);
	     i < layout->nr_regions && layout->regions[i].start < end; i++)
		if (layout->regions[i].is_met || layout->regions[i].inode ||
		    layout->regions[i].file)
			return false;
	return true;
}

bool layout_spoil(struct layout *layout, uint64_t addr, uint64_t size, struct address_range *stale)
{
	struct address_range range = { addr, end_of(addr, (size + PAGE_BYTES - 1) &
								  -(uint64_t)PAGE_BYTES) };
	unsigned int nr = 0;

	if (!is_free_of_stacks(layout, range.start, range.end))
		return false;
	/* Joins ranges that touch. */
	for (unsigned int i = 0; i < layout->nr_stale; i++) {
		const struct address_range *other = &layout->stale[i];

		if (other->start > range.end || other->end < range.start) {
			layout->stale[nr++] = *other;
			continue;
		}
		if (other->start < range.start)
			range.start = other->start;
		if (other->end > range.end)
			range.end = other->end;
	}
	layout->nr_stale = nr;
	if (nr == LAYOUT_MAX_STALE)
		return false;
	layout->stale[layout->nr_stale++] = range;
	*stale = range;
	return true;
}

static uint32_t anonymous_mapping(struct profile *profile)
{
	struct mapping mapping = {
		.path = string_table_intern(&profile->strings, "[anon]"),
		.limit = UINT64_MAX,
	};

	return profile_intern_mapping(profile, &mapping);
}

/* Returns the profile's mapping for the load segment, even if mprotect has split the region. */
static uint32_t region_mapping(struct region *region, struct profile *profile)
{
	struct mapping mapping = {
		.path = string_table_intern(&profile->strings, region->path),
		.start = region->offset,
		.limit = region->offset + (region->end - region->start),
		.file_offset = region->offset,
	};
	const struct elf_segment *segment;
	uint32_t id;

	segment = region->file ? code_segment(region->file, region->offset) : NULL;
	if (segment) {
		mapping.start = segment->vaddr;
		mapping.limit = segment->vaddr + segment->file_size;
		mapping.file_offset = segment->offset;
		mapping.build_id = string_table_intern(&profile->strings, region->file->build_id);
	}
	id = profile_intern_mapping(profile, &mapping);
	if (segment && region->file->is_lasting)
		read_ahead_allow(id);
	return id;
}

uint32_t layout_frame(struct layout *layout, uint64_t addr, struct profile *profile)
{
	struct region *region = layout_find(layout, addr);

	if (!region || !region->path || (region->path[0] != '/' && !region->file))
		return profile_intern_frame(profile, anonymous_mapping(profile), addr);
	if (!region->mapping)
		region->mapping = region_mapping(region, profile);
	return profile_intern_frame(profile, region->mapping,
				    addr - region->start + region->offset);
}
