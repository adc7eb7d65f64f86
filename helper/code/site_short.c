/* SPDX-License-Identifier: MIT */
/*
 * Padding is a run of nops and breakpoints after an instruction that never continues with the next
 * one. At the end of the function's extent, no code of the function can lead there. Inside the
 * function, an indirect jump or an exception could. For such functions, only padding after their
 * end is used. Direct branches are found in the disassembly, and @is_free finds those of other
 * functions.
 */
#include "helper/code/site_short.h"

#include <string.h>

#include "helper/code/function_scan.h"

#define SYSCALL_SIZE 2
#define NR_UNKNOWN   UINT32_MAX

/* Returns the number that the instruction before the call at @call loads, or NR_UNKNOWN. */
static uint32_t loaded_number(const struct function_scan *function, size_t call)
{
	static const uint8_t mov_rax[] = { 0x48, 0xc7, 0xc0 };
	const uint8_t *code = function->code + call;
	uint32_t nr;

	if ((call >= 5 && code[-5] == 0xb8 && function->marks[call - 5] & MARK_START) ||
	    (call >= 7 && memcmp(code - 7, mov_rax, sizeof(mov_rax)) == 0 &&
	     function->marks[call - 7] & MARK_START)) {
		memcpy(&nr, code - 4, sizeof(nr));
		return nr;
	}
	return NR_UNKNOWN;
}

static const char *object(struct function_scan *function, size_t call)
{
	const char *reason = function_scan_all(function);
	uint32_t nr;

	if (reason)
		return reason;
	if (!(function->marks[call] & MARK_START))
		return "the call is not where an instruction starts";
	nr = loaded_number(function, call);
	if (nr != NR_UNKNOWN && site_is_never_patched(nr))
		return "this call is never patched";
	reason = function_scan_landing_inside(function, call, call + SYSCALL_SIZE);
	if (!reason && !function_scan_flags_are_dead(function, call + SYSCALL_SIZE, FUNCTION_FLAGS))
		reason = "the flags may be used after the call";
	return reason;
}

const char *site_short_object(const struct site_extent *extent, uint64_t ip)
{
	struct function_scan function;
	uint64_t call = ip - SYSCALL_SIZE - extent->addr;
	const char *reason;

	if (extent->size < SYSCALL_SIZE || call > extent->size - SYSCALL_SIZE ||
	    extent->code[call] != 0x0f || extent->code[call + 1] != 0x05)
		return "there is no syscall instruction";
	function_scan_init(&function, extent->code, extent->size);
	reason = object(&function, call);
	function_scan_fini(&function);
	return reason;
}

static bool is_padding(const ZydisDecodedInstruction *instruction)
{
	return instruction->mnemonic == ZYDIS_MNEMONIC_NOP ||
	       instruction->mnemonic == ZYDIS_MNEMONIC_INT3;
}

/* Returns true if execution never continues after the instruction. A call may return. */
static bool is_last(const ZydisDecodedInstruction *instruction)
{
	return instruction->meta.category == ZYDIS_CATEGORY_RET ||
	       instruction->meta.category == ZYDIS_CATEGORY_UNCOND_BR ||
	       instruction->mnemonic == ZYDIS_MNEMONIC_HLT ||
	       instruction->mnemonic == ZYDIS_MNEMONIC_UD2;
}

/* Returns the end of the padding that begins at @at. */
static size_t find_end(const struct function_scan *function, size_t at)
{
	ZydisDecodedInstruction instruction;

	while (function_scan_decode(function, at, &instruction) && is_padding(&instruction))
		at += instruction.length;
	return at;
}

static bool is_in_reach(uint64_t ip, uint64_t addr)
{
	int64_t distance = (int64_t)(addr - ip);

	return distance >= INT8_MIN && distance <= INT8_MAX;
}

static bool is_landed_on(const struct function_scan *function, size_t start, size_t end)
{
	for (size_t at = start; at < end; at++)
		if (function->marks[at] & (MARK_LANDING | MARK_REFERRED))
			return true;
	return false;
}

/* The state of a search for padding. */
struct search {
	const struct site_extent *extent;
	const struct function_scan *function;
	uint64_t ip;
	site_is_free_function is_free;
	void *argument;
};

/* Takes the first free room in the padding from @start to @end. */
static bool take_place(const struct search *search, size_t start, size_t end, struct site *site)
{
	const struct site_extent *extent = search->extent;

	for (size_t at = start; at + SITE_PAD_SIZE <= end; at += SITE_PAD_SIZE) {
		uint64_t addr = extent->addr + at;

		if (!is_in_reach(search->ip, addr))
			continue;
		/* A thread that lands before it would run into it. */
		if (is_landed_on(search->function, start, at + SITE_PAD_SIZE) ||
		    !search->is_free(extent->addr + start, at + SITE_PAD_SIZE - start, addr,
				     search->argument))
			continue;
		*site = site_at((struct site){ .shape = SITE_SHORT, .nr = NR_UNKNOWN }, search->ip);
		site->pad_addr = addr;
		memcpy(site->pad, extent->code + at, SITE_PAD_SIZE);
		return true;
	}
	return false;
}

/* Returns true if the function itself may lead to the padding, on paths that cannot be followed. */
static bool may_be_reached(const struct search *search, size_t start, size_t end)
{
	const struct site_extent *extent = search->extent;

	if (extent->addr + start >= extent->function_end || end == extent->size)
		return false;
	return search->function->has_indirect_jump || extent->has_landing_pads;
}

static bool search_padding(const struct search *search, struct site *site)
{
	ZydisDecodedInstruction instruction;
	size_t size = search->extent->size, at = 0, end;
	bool is_behind_last = false;

	while (at < size && function_scan_decode(search->function, at, &instruction)) {
		if (!is_padding(&instruction)) {
			is_behind_last = is_last(&instruction);
			at += instruction.length;
			continue;
		}
		end = find_end(search->function, at);
		if (is_behind_last && !may_be_reached(search, at, end) &&
		    take_place(search, at, end, site))
			return true;
		is_behind_last = false;
		at = end;
	}
	return false;
}

bool site_short_find_padding(const struct site_extent *extent, uint64_t ip,
			     site_is_free_function is_free, void *argument, struct site *site)
{
	struct function_scan function;
	const struct search search = {
		.extent = extent,
		.function = &function,
		.ip = ip,
		.is_free = is_free,
		.argument = argument,
	};
	bool is_found;

	function_scan_init(&function, extent->code, extent->size);
	is_found = !function_scan_all(&function) && search_padding(&search, site);
	function_scan_fini(&function);
	return is_found;
}
