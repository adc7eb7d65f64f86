/* SPDX-License-Identifier: MIT */
/*
 * Decodes the code of one function linearly. Finds where instructions begin, where branches lead,
 * and which instructions read the arithmetic flags. The result depends on the bytes of the function
 * only.
 */
#ifndef SCPROF_HELPER_CODE_FUNCTION_SCAN_H
#define SCPROF_HELPER_CODE_FUNCTION_SCAN_H

#include <Zydis/Zydis.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Facts about a byte of the function. */
enum {
	MARK_START = 1 << 0,	/* an instruction begins here */
	MARK_LANDING = 1 << 1,	/* a branch lands here */
	MARK_REFERRED = 1 << 2, /* an instruction has the address of this byte */
};

/* Flags that conditional instructions read. No condition depends on the auxiliary carry. */
#define FUNCTION_FLAGS                                                               \
	(ZYDIS_CPUFLAG_CF | ZYDIS_CPUFLAG_PF | ZYDIS_CPUFLAG_ZF | ZYDIS_CPUFLAG_SF | \
	 ZYDIS_CPUFLAG_OF)

/* Positions in the function are offsets from its start. */
struct function_scan {
	const uint8_t *code;
	size_t size;
	ZydisDecoder decoder;
	uint8_t *marks;		/* MARK_* of each byte */
	bool has_indirect_jump; /* valid after function_scan_all */
};

/*
 * Prepares @function for the @size bytes of @code, which the caller owns. The caller releases
 * @function with function_scan_fini.
 */
void function_scan_init(struct function_scan *function, const uint8_t *code, size_t size);
void function_scan_fini(struct function_scan *function);

/* Decodes the instruction at @at. Returns false if there is no valid instruction. */
bool function_scan_decode(const struct function_scan *function, size_t at,
			  ZydisDecodedInstruction *instruction);
bool function_scan_is_branch(const ZydisDecodedInstruction *instruction);
/* Returns true for a jump through a register or memory, and for a far jump. */
bool function_scan_is_indirect_jump(const ZydisDecodedInstruction *instruction);
/* Returns true if the instruction has an operand in memory that is addressed relative to rip. */
bool function_scan_is_rip_relative(const ZydisDecodedInstruction *instruction);
/*
 * Returns the target of a branch. A target outside the function is at least its size: one before it
 * wraps around.
 */
size_t function_scan_target(size_t at, const ZydisDecodedInstruction *instruction);

/*
 * Decodes the whole function and fills in marks. Returns NULL, or why no site in it may be patched.
 */
const char *function_scan_all(struct function_scan *function);
/* Returns why execution may continue after @start and before @end, or NULL if it cannot. */
const char *function_scan_landing_inside(const struct function_scan *function, size_t start,
					 size_t end);
/*
 * Returns true if no instruction from @at on reads one of @flags (ZYDIS_CPUFLAG_*) before another
 * writes it. Returns false if that is unclear.
 */
bool function_scan_flags_are_dead(const struct function_scan *function, size_t at, uint32_t flags);

#endif
