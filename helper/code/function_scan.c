/* SPDX-License-Identifier: MIT */
/*
 * Decodes the function linearly, once. Marks each byte at which an instruction starts or a branch
 * lands.
 */
#include "helper/code/function_scan.h"

#include <stdlib.h>

#include "profile/util/xalloc.h"

/* How many instructions after a call are examined, on all paths together. */
#define MAX_FOLLOWED 64

void function_scan_init(struct function_scan *function, const uint8_t *code, size_t size)
{
	*function = (struct function_scan){ .code = code, .size = size };
	function->marks = xcalloc(size, 1);
	ZydisDecoderInit(&function->decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
}

void function_scan_fini(struct function_scan *function)
{
	free(function->marks);
}

bool function_scan_decode(const struct function_scan *function, size_t at,
			  ZydisDecodedInstruction *instruction)
{
	return at < function->size && ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(
					      &function->decoder, NULL, function->code + at,
					      function->size - at, instruction));
}

bool function_scan_is_branch(const ZydisDecodedInstruction *instruction)
{
	return instruction->raw.imm[0].is_relative;
}

bool function_scan_is_indirect_jump(const ZydisDecodedInstruction *instruction)
{
	return instruction->mnemonic == ZYDIS_MNEMONIC_JMP && !function_scan_is_branch(instruction);
}

size_t function_scan_target(size_t at, const ZydisDecodedInstruction *instruction)
{
	return at + instruction->length + (size_t)instruction->raw.imm[0].value.s;
}

bool function_scan_is_rip_relative(const ZydisDecodedInstruction *instruction)
{
	return (instruction->attributes & ZYDIS_ATTRIB_HAS_MODRM) &&
	       instruction->raw.modrm.mod == 0 && instruction->raw.modrm.rm == 5;
}

static void mark(struct function_scan *function, size_t at, uint8_t what)
{
	if (at < function->size)
		function->marks[at] |= what;
}

static void mark_instruction(struct function_scan *function, size_t at,
			     const ZydisDecodedInstruction *instruction)
{
	mark(function, at, MARK_START);
	if (function_scan_is_branch(instruction))
		mark(function, function_scan_target(at, instruction), MARK_LANDING);
	if (function_scan_is_indirect_jump(instruction))
		function->has_indirect_jump = true;
	if (function_scan_is_rip_relative(instruction))
		mark(function, at + instruction->length + (size_t)instruction->raw.disp.value,
		     MARK_REFERRED);
}

/*
 * If a branch lands in the middle of an instruction, that was not an instruction: there is data in
 * the text, or instructions overlap. But skipping a lock prefix is common: cmpl $0,%fs:0x18; je 1f;
 * lock; 1: cmpxchg %ecx,(%rdx)
 */
static bool has_overlap(const struct function_scan *function)
{
	const uint8_t *marks = function->marks;
	size_t at;

	for (at = 0; at < function->size; at++)
		if ((marks[at] & (MARK_LANDING | MARK_START)) == MARK_LANDING &&
		    !(at > 0 && (marks[at - 1] & MARK_START) && function->code[at - 1] == 0xf0))
			return true;
	return false;
}

const char *function_scan_all(struct function_scan *function)
{
	ZydisDecodedInstruction instruction;
	size_t at;

	for (at = 0; at < function->size; at += instruction.length) {
		if (!function_scan_decode(function, at, &instruction))
			return "the function has bytes that are not an instruction";
		mark_instruction(function, at, &instruction);
	}
	return has_overlap(function) ? "the function's instructions overlap" : NULL;
}

const char *function_scan_landing_inside(const struct function_scan *function, size_t start,
					 size_t end)
{
	size_t at;

	for (at = start + 1; at < end; at++) {
		if (function->marks[at] & MARK_LANDING)
			return "a branch lands inside";
		if (function->marks[at] & MARK_REFERRED)
			return "code refers to an address inside";
	}
	return NULL;
}

/* A shift by 0 does not change the flags. The distance is known only if it is a constant. */
static bool may_shift_by_zero(const ZydisDecodedInstruction *instruction)
{
	bool is_shift = instruction->meta.category == ZYDIS_CATEGORY_SHIFT ||
			instruction->meta.category == ZYDIS_CATEGORY_ROTATE;
	bool is_by_one = instruction->opcode == 0xd0 || instruction->opcode == 0xd1;

	return is_shift && !is_by_one && (instruction->raw.imm[0].value.u & 0x1f) == 0;
}

/*
 * Returns the flags that the instruction certainly replaces. This does not count repeated string
 * instructions, which leave the flags unchanged if their count is 0; undefined flags, which may be
 * unchanged; and system calls, after which the kernel restores the flags.
 */
static uint32_t written_flags(const ZydisDecodedInstruction *instruction)
{
	const ZydisAccessedFlags *flags = instruction->cpu_flags;

	if (may_shift_by_zero(instruction) ||
	    instruction->meta.category == ZYDIS_CATEGORY_SYSCALL ||
	    (instruction->attributes &
	     (ZYDIS_ATTRIB_HAS_REP | ZYDIS_ATTRIB_HAS_REPE | ZYDIS_ATTRIB_HAS_REPNE)))
		return 0;
	return flags->modified | flags->set_0 | flags->set_1;
}

/*
 * Returns true if the program leaves the function here, or ends. According to the ABI, a function
 * expects nothing of the arithmetic flags, neither when it is called nor when a call returns.
 */
static bool is_way_out(const ZydisDecodedInstruction *instruction)
{
	return instruction->meta.category == ZYDIS_CATEGORY_RET ||
	       instruction->meta.category == ZYDIS_CATEGORY_CALL ||
	       instruction->mnemonic == ZYDIS_MNEMONIC_HLT ||
	       instruction->mnemonic == ZYDIS_MNEMONIC_UD2;
}

/* @budget is what is left of MAX_FOLLOWED. When it is used up, the answer is no. */
static bool stay_unread(const struct function_scan *function, size_t at, uint32_t flags,
			unsigned int *budget)
{
	ZydisDecodedInstruction instruction;
	size_t target;

	while (*budget > 0 && function_scan_decode(function, at, &instruction)) {
		--*budget;
		if (instruction.cpu_flags->tested & flags)
			return false;
		flags &= ~written_flags(&instruction);
		if (!flags || is_way_out(&instruction))
			return true;
		if (function_scan_is_indirect_jump(&instruction))
			return false;
		at += instruction.length;
		if (!function_scan_is_branch(&instruction))
			continue;
		target = function_scan_target(at - instruction.length, &instruction);
		if (instruction.meta.category == ZYDIS_CATEGORY_UNCOND_BR) {
			if (target >= function->size)
				return true;
			at = target;
		} else if (target < function->size &&
			   !stay_unread(function, target, flags, budget)) {
			return false;
		}
	}
	return false;
}

bool function_scan_flags_are_dead(const struct function_scan *function, size_t at, uint32_t flags)
{
	unsigned int budget = MAX_FOLLOWED;

	return stay_unread(function, at, flags, &budget);
}
