/* SPDX-License-Identifier: MIT */
/*
 * libunwind uses our accessors. They take registers from the stop, stack words from one snapshot,
 * and unwind tables from the ELF file. They record each register and each writable word that
 * libunwind reads, for the memo.
 */
#include "helper/unwind/walk.h"

#include <libunwind.h>
#include <string.h>

#include "helper/elf/elf_fde.h"
#include "helper/elf/elf_read.h"
#include "helper/trace/remote_memory.h"
#include "helper/unwind/unwind_accessors.h"
#include "profile/util/xalloc.h"

/* libunwind exports it for tracers (perf(1) uses it too), but none of its headers declares it. */
extern int UNW_OBJ(dwarf_search_unwind_table)(unw_addr_space_t, unw_word_t, unw_dyn_info_t *,
					      unw_proc_info_t *, int, void *);

#define TABLE_ADDR (1ull << 63) /* no process has memory there */

static uint64_t *frames; /* of the current walk; the next one uses this memory again */
static unsigned int frames_capacity;

void walk_record_word(struct walk *walk, uint64_t addr, uint64_t value)
{
	walk->has_read_zero |= value == 0;
	memo_recorder_word(walk->recorder, addr, value);
}

bool walk_record_range(struct walk *walk, const struct walk_register *where,
		       struct memo_range range)
{
	range.addr = where->at;
	return where->kind <= REGISTER_SAVED && memo_recorder_range(walk->recorder, &range);
}

/* Reads memory that is neither in the snapshot nor in a file. */
static bool peek_other(struct walk *walk, const struct region *region, uint64_t addr,
		       uint64_t *value)
{
	if (walk->is_recorded && (!region || (region->is_writable && !region->is_executable))) {
		walk->is_cut_off = true;
		return false;
	}
	return remote_memory_word(walk->tid, addr, value);
}

bool walk_peek(struct walk *walk, uint64_t addr, uint64_t *value)
{
	return snapshot_word(walk->snapshot, addr, WALK_READ_AHEAD, value) ||
	       peek_other(walk, layout_find(walk->layout, addr), addr, value);
}

static int access_mem(unw_addr_space_t as, unw_word_t addr, unw_word_t *value, int write, void *arg)
{
	struct walk *walk = arg;
	const struct region *region;

	(void)as;
	if (write)
		return -UNW_EINVAL;
	if (addr == TABLE_ADDR && walk->is_searching) {
		memcpy(value, walk->table, sizeof(walk->table));
		return 0;
	}
	if (snapshot_word(walk->snapshot, addr, WALK_READ_AHEAD, value)) {
		walk_record_word(walk, addr, *value);
		return 0;
	}
	region = layout_find(walk->layout, addr);
	if (region && region->file && !region->is_writable &&
	    elf_read(region->file, addr - region->start + region->offset, value, sizeof(*value)))
		return 0;
	/*
	 * The table of a function also has the address of its personality routine, which unwinding
	 * does not need.
	 */
	if (walk->is_searching) {
		*value = 0;
		return 0;
	}
	if (!peek_other(walk, region, addr, value))
		return -UNW_EINVAL;
	walk_record_word(walk, addr, *value);
	return 0;
}

bool walk_read_stack(struct walk *walk, uint64_t addr, uint64_t *value)
{
	return access_mem(NULL, addr, value, 0, walk) == 0;
}

bool walk_read_register(struct walk *walk, const struct walk_register *where, uint64_t *value)
{
	switch (where->kind) {
	case REGISTER_OF_CALL:
		memo_recorder_register(walk->recorder, (unsigned int)where->at);
		*value = walk->registers[where->at];
		return true;
	case REGISTER_SAVED:
		return walk_read_stack(walk, where->at, value);
	case REGISTER_IS:
		*value = where->at;
		return true;
	default:
		return false;
	}
}

static int access_reg(unw_addr_space_t as, unw_regnum_t number, unw_word_t *value, int write,
		      void *arg)
{
	struct walk *walk = arg;

	(void)as;
	if (write || number < 0 || number >= MEMO_NR_REGISTERS ||
	    !walk_read_register(walk, &walk->where[number], value))
		return -UNW_EBADREG;
	return 0;
}

static int find_proc_info(unw_addr_space_t as, unw_word_t ip, unw_proc_info_t *info,
			  int need_unwind_info, void *arg)
{
	struct walk *walk = arg;
	struct region *region = layout_find(walk->layout, ip);
	unw_dyn_info_t table = { .format = UNW_INFO_FORMAT_REMOTE_TABLE };
	uint64_t function, fde;
	int result = -UNW_ENOINFO;

	if (region && region->file &&
	    elf_fde_find(region->file, ip - region->bias, &function, &fde) &&
	    (int64_t)(fde - function) == (int32_t)(fde - function)) {
		/*
		 * libunwind gets a table with the only entry that can contain ip, because the
		 * search is done already.
		 */
		walk->table[0] = 0;
		walk->table[1] = (int32_t)(fde - function);
		table.start_ip = region->start;
		table.end_ip = region->end;
		table.u.rti.segbase = function + region->bias;
		table.u.rti.table_data = TABLE_ADDR;
		table.u.rti.table_len = 1;
		walk->is_searching = true;
		result = UNW_OBJ(dwarf_search_unwind_table)(as, ip, &table, info, need_unwind_info,
							    arg);
		walk->is_searching = false;
	}
	if (result < 0)
		walk->has_no_info = true;
	return result;
}

static void free_unwinder(void *unwinder)
{
	unw_destroy_addr_space(unwinder);
}

static unw_addr_space_t layout_unwinder(struct layout *layout)
{
	static unw_accessors_t accessors = {
		.find_proc_info = find_proc_info,
		.access_mem = access_mem,
		.access_reg = access_reg,
	};

	if (!layout->unwinder) {
		layout->unwinder = unwind_accessors_space(&accessors);
		layout->free_unwinder = free_unwinder;
	}
	return layout->unwinder;
}

bool walk_push_frame(struct walk *walk, uint64_t addr)
{
	if (walk->nr_frames == walk->max_frames) {
		walk->is_truncated = true;
		return false;
	}
	if (walk->nr_frames == frames_capacity) {
		frames_capacity = frames_capacity ? 2 * frames_capacity : 256;
		frames = xreallocarray(frames, frames_capacity, sizeof(*frames));
	}
	walk->frames = frames;
	walk->last_frame = addr;
	frames[walk->nr_frames++] = addr;
	return true;
}

bool walk_init_cursor(struct walk *walk, unw_cursor_t *cursor)
{
	unw_addr_space_t as = layout_unwinder(walk->layout);

	if (as && unw_init_remote(cursor, as, walk) == 0)
		return true;
	walk->is_truncated = true;
	return false;
}

bool walk_has_table(const struct walk *walk, uint64_t ip)
{
	const struct region *region = layout_find(walk->layout, ip);

	return region && region->file && elf_fde_covers(region->file, ip - region->bias);
}
