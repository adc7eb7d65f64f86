/* SPDX-License-Identifier: MIT */
/*
 * A mov or lea between registers, memory and constants has the same effect at any address, unless
 * it uses the address of the next instruction. A mov that uses that address is refused. For a lea
 * that uses it, the stub loads the result as a constant. A mov or lea changes no flags. If it
 * faults in the stub, fast_before_signal shows the fault at the site.
 */
#include "helper/code/site_copy.h"

#include <string.h>

#include "helper/code/function_scan.h"

#define SYSCALL_SIZE 2
#define JMP_SIZE     5
#define LEA_SIZE     7

/* Returns the start of the instruction that ends at @end, or @end if the scan found none. */
static size_t start_before(const struct function_scan *function, size_t end)
{
	size_t at = end;

	while (at > 0)
		if (function->marks[--at] & MARK_START)
			return at;
	return end;
}

/* Returns true for a mov between a vector register and memory. */
static bool is_vector_move(const ZydisDecodedInstruction *instruction)
{
	if (instruction->opcode_map != ZYDIS_OPCODE_MAP_0F)
		return false;
	switch (instruction->mnemonic) {
	case ZYDIS_MNEMONIC_MOVUPS:
	case ZYDIS_MNEMONIC_MOVAPS:
	case ZYDIS_MNEMONIC_MOVDQU:
	case ZYDIS_MNEMONIC_MOVDQA:
	case ZYDIS_MNEMONIC_MOVQ:
	case ZYDIS_MNEMONIC_MOVD:
	case ZYDIS_MNEMONIC_MOVHPS:
	case ZYDIS_MNEMONIC_MOVLPS:
		return true;
	default:
		return false;
	}
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

/*
 * Returns true if @bytes are a 64-bit lea of an address relative to the next instruction:
 *
 *	48 8d 35 (4 bytes)	lea distance(%rip),%rsi
 */
static bool is_relative_lea(const uint8_t *bytes, size_t size)
{
	return size == LEA_SIZE && (bytes[0] & 0xf8) == 0x48 && bytes[1] == 0x8d &&
	       (bytes[2] & 0xc7) == 0x05;
}

/*
 * Writes an instruction that has the same effect as that lea before @next_addr:
 *
 *	48 be (8 bytes)		movabs $address,%rsi
 */
static size_t load_address(const uint8_t *lea, uint64_t next_addr, uint8_t *bytes)
{
	const uint8_t register_high = lea[0] >> 2 & 1, register_low = lea[2] >> 3 & 7;
	uint64_t addr;
	int32_t distance;

	memcpy(&distance, lea + 3, sizeof(distance));
	addr = next_addr + (uint64_t)(int64_t)distance;
	bytes[0] = (uint8_t)(0x48 | register_high);
	bytes[1] = (uint8_t)(0xb8 | register_low);
	memcpy(bytes + 2, &addr, sizeof(addr));
	return 2 + sizeof(addr);
}

size_t site_copy_bytes(const struct site *site, uint8_t bytes[static SITE_MAX_COPY])
{
	if (is_relative_lea(site->copy, site->copy_size))
		return load_address(site->copy, site->syscall_addr, bytes);
	memcpy(bytes, site->copy, site->copy_size);
	return site->copy_size;
}

static bool can_be_copied(const struct function_scan *function, size_t at, size_t call)
{
	ZydisDecodedInstruction instruction;

	return call - at >= JMP_SIZE && call - at <= SITE_MAX_COPY &&
	       function_scan_decode(function, at, &instruction) &&
	       instruction.length == call - at &&
	       (is_move(&instruction) || is_vector_move(&instruction)) &&
	       (!function_scan_is_rip_relative(&instruction) ||
		is_relative_lea(function->code + at, call - at)) &&
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
