/* SPDX-License-Identifier: MIT */
/*
 * A mov or lea between general registers, memory and constants has the same effect at any address,
 * unless it uses the address of the next instruction. It changes no flags. If it faults in the
 * stub, fast_before_signal shows the fault at the site.
 */
#include "helper/code/site_copy.h"

#include <string.h>

#include "helper/code/function_scan.h"

#define SYSCALL_SIZE 2
#define JMP_SIZE     5

/* Returns the start of the instruction that ends at @end, or @end if the scan found none. */
static size_t start_before(const struct function_scan *function, size_t end)
{
	size_t at = end;

	while (at > 0)
		if (function->marks[--at] & MARK_START)
			return at;
	return end;
}

/* Returns true if the opcode is that of a mov or lea of general registers. */
static bool is_move(const ZydisDecodedInstruction *instruction)
{
	if (instruction->opcode_map != ZYDIS_OPCODE_MAP_DEFAULT)
		return false;
	switch (instruction->opcode) {
	case 0x89: /* mov register, register or memory */
	case 0x8b: /* mov register or memory, register */
	case 0x8d: /* lea */
	case 0xc7: /* mov constant, register or memory */
		return instruction->mnemonic == ZYDIS_MNEMONIC_MOV ||
		       instruction->mnemonic == ZYDIS_MNEMONIC_LEA;
	default: /* mov constant, register */
		return instruction->opcode >= 0xb8 && instruction->opcode <= 0xbf;
	}
}

static bool can_be_copied(const struct function_scan *function, size_t at, size_t call)
{
	ZydisDecodedInstruction instruction;

	return call - at >= JMP_SIZE && call - at <= SITE_MAX_COPY &&
	       function_scan_decode(function, at, &instruction) &&
	       instruction.length == call - at && is_move(&instruction) &&
	       !function_scan_is_rip_relative(&instruction) &&
	       !function_scan_landing_inside(function, at, call);
}

bool site_copy_classify(const struct site_extent *extent, uint64_t ip, struct site *site)
{
	size_t call = ip - SYSCALL_SIZE - extent->addr, at;
	struct site found = { .shape = SITE_COPY, .nr = UINT32_MAX };
	struct function_scan function;
	bool is_found;

	function_scan_init(&function, extent->code, extent->size);
	is_found = !function_scan_all(&function);
	at = start_before(&function, call);
	is_found = is_found && can_be_copied(&function, at, call);
	function_scan_fini(&function);
	if (!is_found)
		return false;
	found.copy_size = (uint8_t)(call - at);
	memcpy(found.copy, extent->code + at, found.copy_size);
	*site = site_at(found, ip);
	return true;
}
