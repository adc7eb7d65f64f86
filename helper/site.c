/* SPDX-License-Identifier: MIT */
/*
 * The function is decoded linearly, once, and every byte marked that an instruction starts at
 * or a branch lands on. A patch is safe when it replaces whole instructions, when nothing lands
 * behind its first byte, and when nobody behind the call reads the flags, which a stub changes.
 *
 * An indirect jump may land on any instruction of the function. That rules SITE_CMP out, whose
 * patch covers two. It leaves SITE_MOV: inside the mov is only its constant (mostly 0x00 bytes,
 * which read as add %al,(%rax)), and functions whose instructions overlap are refused.
 */
#include "helper/site.h"

#include <Zydis/Zydis.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "profile/xalloc.h"

enum {
	SYSCALL_SIZE = 2,
	MOV_SIZE = 5,
	CMP_SIZE = 6,
	JMP_SIZE = 5,
};

/* What is known of a byte of the function. */
enum {
	MARK_START = 1 << 0,	/* an instruction begins here */
	MARK_LANDING = 1 << 1,	/* a branch lands here */
	MARK_REFERRED = 1 << 2, /* an instruction has the address of this byte */
};

/* Flags that conditional instructions read; the auxiliary carry is nobody's condition. */
#define FLAGS                                                                        \
	(ZYDIS_CPUFLAG_CF | ZYDIS_CPUFLAG_PF | ZYDIS_CPUFLAG_ZF | ZYDIS_CPUFLAG_SF | \
	 ZYDIS_CPUFLAG_OF)

#define X32_BIT 0x40000000u
/* How many instructions behind a call are looked at, on all ways together. */
#define MAX_FOLLOWED 64

/* Positions in the function are offsets from its start. */
struct function {
	const uint8_t *code;
	size_t size;
	ZydisDecoder decoder;
	uint8_t *marks; /* MARK_* of each byte */
	bool has_indirect_jump;
};

static bool decode(const struct function *function, size_t at, ZydisDecodedInstruction *instruction)
{
	return at < function->size && ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(
					      &function->decoder, NULL, function->code + at,
					      function->size - at, instruction));
}

static bool is_branch(const ZydisDecodedInstruction *instruction)
{
	return instruction->raw.imm[0].is_relative;
}

/* Every jump but a direct one: through a register or memory, and far ones. */
static bool is_indirect_jump(const ZydisDecodedInstruction *instruction)
{
	return instruction->mnemonic == ZYDIS_MNEMONIC_JMP && !is_branch(instruction);
}

/* Outside of the function the target is not below its size: it wraps around when it is in front. */
static size_t branch_target(size_t at, const ZydisDecodedInstruction *instruction)
{
	return at + instruction->length + (size_t)instruction->raw.imm[0].value.s;
}

/* Whether the instruction has an operand in memory that is addressed relative to rip. */
static bool is_rip_relative(const ZydisDecodedInstruction *instruction)
{
	return (instruction->attributes & ZYDIS_ATTRIB_HAS_MODRM) &&
	       instruction->raw.modrm.mod == 0 && instruction->raw.modrm.rm == 5;
}

static void mark(struct function *function, size_t at, uint8_t what)
{
	if (at < function->size)
		function->marks[at] |= what;
}

static void mark_instruction(struct function *function, size_t at,
			     const ZydisDecodedInstruction *instruction)
{
	mark(function, at, MARK_START);
	if (is_branch(instruction))
		mark(function, branch_target(at, instruction), MARK_LANDING);
	if (is_indirect_jump(instruction))
		function->has_indirect_jump = true;
	if (is_rip_relative(instruction))
		mark(function, at + instruction->length + (size_t)instruction->raw.disp.value,
		     MARK_REFERRED);
}

/*
 * Landing in the middle of an instruction means that it was not one: there is data in the text, or
 * instructions overlap. Skipping a lock prefix is customary:
 *	cmpl $0,%fs:0x18; je 1f; lock; 1: cmpxchg %ecx,(%rdx)
 */
static bool has_overlap(const struct function *function)
{
	const uint8_t *marks = function->marks;
	size_t at;

	for (at = 0; at < function->size; at++)
		if ((marks[at] & (MARK_LANDING | MARK_START)) == MARK_LANDING &&
		    !(at > 0 && (marks[at - 1] & MARK_START) && function->code[at - 1] == 0xf0))
			return true;
	return false;
}

/* Decodes the whole function; returns why nothing in it may be patched, or NULL. */
static const char *scan(struct function *function)
{
	ZydisDecodedInstruction instruction;
	size_t at;

	for (at = 0; at < function->size; at += instruction.length) {
		if (!decode(function, at, &instruction))
			return "the function has bytes that are no instruction";
		mark_instruction(function, at, &instruction);
	}
	return has_overlap(function) ? "the function's instructions overlap" : NULL;
}

/* Whether something may go on inside [@start, @end), which @start itself is not. */
static const char *landing_inside(const struct function *function, size_t start, size_t end)
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

/* Shifts by 0 leave the flags alone. Only of those by a constant is it known how far they go. */
static bool may_shift_by_zero(const ZydisDecodedInstruction *instruction)
{
	bool is_shift = instruction->meta.category == ZYDIS_CATEGORY_SHIFT ||
			instruction->meta.category == ZYDIS_CATEGORY_ROTATE;
	bool is_by_one = instruction->opcode == 0xd0 || instruction->opcode == 0xd1;

	return is_shift && !is_by_one && (instruction->raw.imm[0].value.u & 0x1f) == 0;
}

/*
 * The flags that the instruction certainly replaces. Not counted: repeated string instructions,
 * which leave the flags alone when their count is 0; flags left undefined, which may stay as
 * they were; what the kernel makes of the flags in a call, as it restores them.
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
 * Whether the program leaves the function here or ends. The ABI has no function expect anything
 * of the arithmetic flags, neither when it is called nor when another one returns to it.
 */
static bool is_way_out(const ZydisDecodedInstruction *instruction)
{
	return instruction->meta.category == ZYDIS_CATEGORY_RET ||
	       instruction->meta.category == ZYDIS_CATEGORY_CALL ||
	       instruction->mnemonic == ZYDIS_MNEMONIC_HLT ||
	       instruction->mnemonic == ZYDIS_MNEMONIC_UD2;
}

/*
 * Whether nobody from @at on reads one of @flags before it is written. @budget is what is left of
 * MAX_FOLLOWED; when it is used up, the answer is no.
 */
static bool flags_are_dead(const struct function *function, size_t at, uint32_t flags,
			   unsigned int *budget)
{
	ZydisDecodedInstruction instruction;
	size_t target;

	while (*budget > 0 && decode(function, at, &instruction)) {
		--*budget;
		if (instruction.cpu_flags->tested & flags)
			return false;
		flags &= ~written_flags(&instruction);
		if (!flags || is_way_out(&instruction))
			return true;
		if (is_indirect_jump(&instruction))
			return false;
		at += instruction.length;
		if (!is_branch(&instruction))
			continue;
		target = branch_target(at - instruction.length, &instruction);
		if (instruction.meta.category == ZYDIS_CATEGORY_UNCOND_BR) {
			if (target >= function->size)
				return true;
			at = target;
		} else if (target < function->size &&
			   !flags_are_dead(function, target, flags, budget)) {
			return false;
		}
	}
	return false;
}

/* Calls that do not come back, come back twice or elsewhere, or change what the gate rests on. */
static bool is_never_patched(uint32_t nr)
{
	static const uint16_t never[] = {
		SYS_rt_sigreturn, SYS_mremap,  SYS_shmat,    SYS_clone,	 SYS_fork,
		SYS_vfork,	  SYS_execve,  SYS_exit,     SYS_prctl,	 SYS_restart_syscall,
		SYS_exit_group,	  SYS_seccomp, SYS_execveat, SYS_clone3,
	};
	size_t i;

	if (nr & X32_BIT) /* has its own numbers for some of them */
		return true;
	for (i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (nr == never[i])
			return true;
	return false;
}

static const char *check_mov(const struct function *function, size_t call)
{
	const char *reason = landing_inside(function, call - MOV_SIZE, call);
	unsigned int budget = MAX_FOLLOWED;

	if (!reason && !flags_are_dead(function, call + SYSCALL_SIZE, FLAGS, &budget))
		reason = "the flags may be used behind the call";
	return reason;
}

/* Whether it is a jump on CF and ZF alone: ja, jae, jb, jbe, je or jne. */
static bool is_jump_on_cf_zf(const ZydisDecodedInstruction *instruction)
{
	return instruction->meta.category == ZYDIS_CATEGORY_COND_BR &&
	       instruction->mnemonic != ZYDIS_MNEMONIC_LOOPE &&
	       instruction->mnemonic != ZYDIS_MNEMONIC_LOOPNE &&
	       instruction->cpu_flags->tested != 0 &&
	       !(instruction->cpu_flags->tested & ~(ZYDIS_CPUFLAG_CF | ZYDIS_CPUFLAG_ZF));
}

/* The call behind a SITE_MOV's jump may have a cmp behind it, but belongs to the stub. */
static bool looks_patched(const struct function *function, size_t call)
{
	ZydisDecodedInstruction jump;

	return call >= JMP_SIZE && function->code[call - JMP_SIZE] == 0xe9 &&
	       (function->marks[call - JMP_SIZE] & MARK_START) &&
	       decode(function, call - JMP_SIZE, &jump) &&
	       branch_target(call - JMP_SIZE, &jump) >= function->size;
}

static const char *check_cmp(const struct function *function, size_t call)
{
	size_t jump_at = call + SYSCALL_SIZE + CMP_SIZE, target;
	const char *reason = landing_inside(function, call, jump_at);
	unsigned int budget = MAX_FOLLOWED;
	ZydisDecodedInstruction jump;

	if (reason)
		return reason;
	if (function->has_indirect_jump)
		return "an indirect jump may land inside";
	if (looks_patched(function, call))
		return "it looks patched already";
	if (!decode(function, jump_at, &jump) || !is_jump_on_cf_zf(&jump))
		return "no jump on CF and ZF follows the cmp";
	target = branch_target(jump_at, &jump);
	if (!flags_are_dead(function, jump_at + jump.length, FLAGS, &budget) ||
	    (target < function->size && !flags_are_dead(function, target, FLAGS, &budget)))
		return "the flags of the cmp may be used behind its jump";
	return NULL;
}

static bool has_cmp(const struct function *function, size_t call, int32_t *immediate)
{
	const uint8_t *cmp = function->code + call + SYSCALL_SIZE;

	if (function->size - call < SYSCALL_SIZE + CMP_SIZE || cmp[0] != 0x48 || cmp[1] != 0x3d)
		return false;
	memcpy(immediate, cmp + 2, sizeof(*immediate));
	return *immediate == -4096 || *immediate == -4095;
}

/* Sets what @site has to say of the function; returns the reason when it is unpatchable. */
static const char *classify(struct function *function, size_t call, struct site *site)
{
	const char *reason = "no mov to eax before it and no cmp behind it";
	/* By their bytes; where instructions start is to be seen. */
	bool maybe_mov = call >= MOV_SIZE && function->code[call - MOV_SIZE] == 0xb8;
	bool maybe_cmp = has_cmp(function, call, &site->cmp_immediate);
	const char *bad_function = maybe_mov || maybe_cmp ? scan(function) : reason;

	if (bad_function)
		return bad_function;
	if (!(function->marks[call] & MARK_START))
		return "the call is not where an instruction starts";
	if (maybe_mov && (function->marks[call - MOV_SIZE] & MARK_START)) {
		memcpy(&site->nr, function->code + call - MOV_SIZE + 1, sizeof(site->nr));
		if (is_never_patched(site->nr))
			return "this call is never patched";
		reason = check_mov(function, call);
		if (!reason) {
			site->shape = SITE_MOV;
			return NULL;
		}
	}
	if (maybe_cmp) {
		reason = check_cmp(function, call);
		if (!reason)
			site->shape = SITE_CMP;
	}
	return reason;
}

struct site site_classify(const uint8_t *code, size_t size, uint64_t function_addr, uint64_t ip)
{
	struct function function = { .code = code, .size = size };
	struct site site = { .shape = SITE_UNPATCHABLE, .nr = UINT32_MAX };
	uint64_t call = ip - SYSCALL_SIZE - function_addr;

	site.reason = "there is no syscall instruction";
	if (size < SYSCALL_SIZE || call > size - SYSCALL_SIZE || code[call] != 0x0f ||
	    code[call + 1] != 0x05)
		return site;
	function.marks = xcalloc(size, 1);
	ZydisDecoderInit(&function.decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
	site.reason = classify(&function, call, &site);
	free(function.marks);
	if (site.shape != SITE_CMP)
		site.cmp_immediate = 0;
	return site.shape == SITE_UNPATCHABLE ? site : site_at(site, ip);
}

struct site site_at(struct site site, uint64_t ip)
{
	site.patch_addr = ip - SYSCALL_SIZE - (site.shape == SITE_MOV ? MOV_SIZE : 0);
	site.return_addr = ip + (site.shape == SITE_MOV ? 0 : CMP_SIZE);
	site.syscall_addr = site.return_addr - SYSCALL_SIZE;
	return site;
}

static uint64_t patch_size(const struct site *site)
{
	return site->shape == SITE_MOV ? JMP_SIZE : SITE_MAX_PATCH;
}

/* Whether a call's opcode (e8), a jmp's (e9) or a conditional jump's (0f 8x) ends before @at. */
static bool follows_branch_opcode(const uint8_t *text, size_t at)
{
	return (text[at - 1] & 0xfe) == 0xe8 ||
	       (at > 1 && text[at - 2] == 0x0f && (text[at - 1] & 0xf0) == 0x80);
}

/* Whether a displacement at @at, @place behind the first byte inside the patch, leads to one of @nr_inside. */
static bool is_landing(const uint8_t *text, size_t at, uint64_t place, uint64_t nr_inside)
{
	int32_t displacement;

	memcpy(&displacement, text + at, sizeof(displacement));
	return place + sizeof(displacement) + (uint64_t)displacement < nr_inside &&
	       follows_branch_opcode(text, at);
}

#define LANES 16 /* places looked at together */

/*
 * False when none of the LANES displacements from @text on leads, modulo 2^32, to the 8 bytes from the first
 * inside the patch on; @place is how far behind that the first one lies. That nearly always decides.
 */
static bool may_have_landing(const uint8_t *text, uint32_t place)
{
	typedef uint32_t vector __attribute__((vector_size(LANES)));
	const vector every_fourth = { 0, 4, 8, 12 };
	uint64_t found[2];
	vector hits = { 0 };

	for (uint32_t first = 0; first < sizeof(uint32_t); first++) {
		vector target;

		memcpy(&target, text + first, sizeof(target));
		target += place + first + (uint32_t)sizeof(uint32_t) + every_fourth;
		hits |= (vector)((target & ~7u) == 0);
	}
	memcpy(found, &hits, sizeof(found));
	return found[0] | found[1];
}

bool site_has_landing(const struct site *site, const uint8_t *text, size_t size, uint64_t text_addr)
{
	uint64_t nr_inside = patch_size(site) - 1; /* less than 8 */
	uint64_t first_inside = site->patch_addr + 1 - text_addr;
	size_t at = 1;

	for (; at + LANES + sizeof(int32_t) <= size; at += LANES) {
		if (!may_have_landing(text + at, (uint32_t)(at - first_inside)))
			continue;
		for (size_t i = at; i < at + LANES; i++)
			if (is_landing(text, i, i - first_inside, nr_inside))
				return true;
	}
	for (; at + sizeof(int32_t) <= size; at++)
		if (is_landing(text, at, at - first_inside, nr_inside))
			return true;
	return false;
}

size_t site_patch_bytes(const struct site *site, uint64_t stub_addr,
			uint8_t bytes[static SITE_MAX_PATCH])
{
	/* What follows SITE_MOV's jmp stays as it is. */
	static const uint8_t patched[SITE_MAX_PATCH] = { 0xe9, 0, 0, 0, 0, 0x90, 0x0f, 0x05 };
	int64_t distance = (int64_t)(stub_addr - (site->patch_addr + JMP_SIZE));
	int32_t displacement = (int32_t)distance;

	if (site->shape == SITE_UNPATCHABLE || distance != displacement)
		return 0;
	memcpy(bytes, patched, sizeof(patched));
	memcpy(bytes + 1, &displacement, sizeof(displacement));
	return patch_size(site);
}

size_t site_original_bytes(const struct site *site, uint8_t bytes[static SITE_MAX_PATCH])
{
	static const uint8_t compare[] = { 0x0f, 0x05, 0x48, 0x3d };

	if (site->shape == SITE_MOV) {
		bytes[0] = 0xb8;
		memcpy(bytes + 1, &site->nr, sizeof(site->nr));
		return 5;
	}
	memcpy(bytes, compare, sizeof(compare));
	memcpy(bytes + sizeof(compare), &site->cmp_immediate, sizeof(site->cmp_immediate));
	return SITE_MAX_PATCH;
}
