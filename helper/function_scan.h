/* SPDX-License-Identifier: MIT */
/*
 * The code of one function, decoded linearly: where its instructions begin, where branches lead, and
 * who reads the arithmetic flags. A pure function of the bytes.
 */
#ifndef SCPROF_HELPER_FUNCTION_SCAN_H
#define SCPROF_HELPER_FUNCTION_SCAN_H

#include <Zydis/Zydis.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is known of a byte of the function. */
enum {
	MARK_START = 1 << 0,	/* an instruction begins here */
	MARK_LANDING = 1 << 1,	/* a branch lands here */
	MARK_REFERRED = 1 << 2, /* an instruction has the address of this byte */
};

/* Flags that conditional instructions read; the auxiliary carry is nobody's condition. */
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

/* Prepares @function for the @size bytes of @code, which the caller keeps. End with function_scan_fini. */
void function_scan_init(struct function_scan *function, const uint8_t *code, size_t size);
void function_scan_fini(struct function_scan *function);

/* Decodes the instruction at @at. Returns false where there is none. */
bool function_scan_decode(const struct function_scan *function, size_t at,
			  ZydisDecodedInstruction *instruction);
bool function_scan_is_branch(const ZydisDecodedInstruction *instruction);
/* Every jump but a direct one: through a register or memory, and far ones. */
bool function_scan_is_indirect_jump(const ZydisDecodedInstruction *instruction);
/* Outside of the function the target is not below its size: it wraps around when it is in front. */
size_t function_scan_target(size_t at, const ZydisDecodedInstruction *instruction);

/* Decodes the whole function and fills in marks; returns why nothing in it may be patched, or NULL. */
const char *function_scan_all(struct function_scan *function);
/* Returns why something may go on inside [@start, @end), which @start itself is not, or NULL. */
const char *function_scan_landing_inside(const struct function_scan *function, size_t start,
					 size_t end);
/* Whether nobody from @at on reads one of @flags (ZYDIS_CPUFLAG_*) before it is written. In doubt no. */
bool function_scan_flags_are_dead(const struct function_scan *function, size_t at, uint32_t flags);

#endif
