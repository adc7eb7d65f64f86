/* SPDX-License-Identifier: MIT */
/*
 * A patch is safe if it replaces whole instructions, if no branch leads into it after its first
 * byte, and if no code after the call reads the flags that a stub may change.
 *
 * An indirect jump may lead to any instruction of the function. That rules out SITE_CMP, whose
 * patch covers two instructions. It does not rule out SITE_MOV: inside the mov there is only its
 * constant (mostly 0x00 bytes, which would be add %al,(%rax)), and functions whose instructions
 * overlap are refused.
 */
#include "helper/code/site.h"

#include <string.h>
#include <sys/syscall.h>

#include "helper/code/function_scan.h"

enum {
	SYSCALL_SIZE = 2,
	MOV_SIZE = 5,
	CMP_SIZE = 6,
	JMP_SIZE = 5,
};

#define X32_BIT 0x40000000u

/* Includes calls that change things on which the gate relies. */
bool site_is_never_patched(uint32_t nr)
{
	static const uint16_t never[] = {
		SYS_rt_sigreturn, SYS_mremap,  SYS_shmat,    SYS_clone,	 SYS_fork,
		SYS_vfork,	  SYS_execve,  SYS_exit,     SYS_prctl,	 SYS_restart_syscall,
		SYS_exit_group,	  SYS_seccomp, SYS_execveat, SYS_clone3,
	};
	size_t i;

	if (nr & X32_BIT) /* x32 has different numbers for some of them */
		return true;
	for (i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (nr == never[i])
			return true;
	return false;
}

static const char *check_mov(const struct function_scan *function, size_t call)
{
	const char *reason = function_scan_landing_inside(function, call - MOV_SIZE, call);

	if (!reason && !function_scan_flags_are_dead(function, call + SYSCALL_SIZE, FUNCTION_FLAGS))
		reason = "the flags may be used after the call";
	return reason;
}

/* Returns true for a jump that depends on CF and ZF only: ja, jae, jb, jbe, je or jne. */
static bool is_jump_on_cf_zf(const ZydisDecodedInstruction *instruction)
{
	return instruction->meta.category == ZYDIS_CATEGORY_COND_BR &&
	       instruction->mnemonic != ZYDIS_MNEMONIC_LOOPE &&
	       instruction->mnemonic != ZYDIS_MNEMONIC_LOOPNE &&
	       instruction->cpu_flags->tested != 0 &&
	       !(instruction->cpu_flags->tested & ~(ZYDIS_CPUFLAG_CF | ZYDIS_CPUFLAG_ZF));
}

/*
 * The call after the jump of a SITE_MOV may have a cmp after it, but that cmp belongs to the stub.
 */
static bool looks_patched(const struct function_scan *function, size_t call)
{
	ZydisDecodedInstruction jump;

	return call >= JMP_SIZE && function->code[call - JMP_SIZE] == 0xe9 &&
	       (function->marks[call - JMP_SIZE] & MARK_START) &&
	       function_scan_decode(function, call - JMP_SIZE, &jump) &&
	       function_scan_target(call - JMP_SIZE, &jump) >= function->size;
}

static const char *check_cmp(const struct function_scan *function, size_t call)
{
	size_t jump_at = call + SYSCALL_SIZE + CMP_SIZE, target;
	const char *reason = function_scan_landing_inside(function, call, jump_at);
	ZydisDecodedInstruction jump;

	if (reason)
		return reason;
	if (function->has_indirect_jump)
		return "an indirect jump may land inside";
	if (looks_patched(function, call))
		return "it looks patched already";
	if (!function_scan_decode(function, jump_at, &jump) || !is_jump_on_cf_zf(&jump))
		return "no jump on CF and ZF follows the cmp";
	target = function_scan_target(jump_at, &jump);
	if (!function_scan_flags_are_dead(function, jump_at + jump.length, FUNCTION_FLAGS) ||
	    (target < function->size &&
	     !function_scan_flags_are_dead(function, target, FUNCTION_FLAGS)))
		return "the flags of the cmp may be used after its jump";
	return NULL;
}

static bool has_cmp(const struct function_scan *function, size_t call, int32_t *immediate)
{
	const uint8_t *cmp = function->code + call + SYSCALL_SIZE;

	if (function->size - call < SYSCALL_SIZE + CMP_SIZE || cmp[0] != 0x48 || cmp[1] != 0x3d)
		return false;
	memcpy(immediate, cmp + 2, sizeof(*immediate));
	return *immediate == -4096 || *immediate == -4095;
}

/*
 * Sets the members of @site that depend on the function. Returns the reason if it is unpatchable.
 */
static const char *classify(struct function_scan *function, size_t call, struct site *site)
{
	const char *reason = "no mov to eax before it and no cmp after it";
	/* These compare bytes only. Whether instructions start there is checked later. */
	bool maybe_mov = call >= MOV_SIZE && function->code[call - MOV_SIZE] == 0xb8;
	bool maybe_cmp = has_cmp(function, call, &site->cmp_immediate);
	const char *bad_function = maybe_mov || maybe_cmp ? function_scan_all(function) : reason;

	if (bad_function)
		return bad_function;
	if (!(function->marks[call] & MARK_START))
		return "the call is not where an instruction starts";
	if (maybe_mov && (function->marks[call - MOV_SIZE] & MARK_START)) {
		memcpy(&site->nr, function->code + call - MOV_SIZE + 1, sizeof(site->nr));
		if (site_is_never_patched(site->nr))
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
	struct function_scan function;
	struct site site = { .shape = SITE_UNPATCHABLE, .nr = UINT32_MAX };
	uint64_t call = ip - SYSCALL_SIZE - function_addr;

	site.reason = "there is no syscall instruction";
	if (size < SYSCALL_SIZE || call > size - SYSCALL_SIZE || code[call] != 0x0f ||
	    code[call + 1] != 0x05)
		return site;
	function_scan_init(&function, code, size);
	site.reason = classify(&function, call, &site);
	function_scan_fini(&function);
	if (site.shape != SITE_CMP)
		site.cmp_immediate = 0;
	return site.shape == SITE_UNPATCHABLE ? site : site_at(site, ip);
}

size_t site_first_size(const struct site *site)
{
	return site->shape == SITE_MOV ? MOV_SIZE : site->copy_size;
}

struct site site_at(struct site site, uint64_t ip)
{
	site.patch_addr = ip - SYSCALL_SIZE - site_first_size(&site);
	site.return_addr = ip + (site.shape == SITE_CMP ? CMP_SIZE : 0);
	site.syscall_addr = site.return_addr - SYSCALL_SIZE;
	return site;
}

void site_place_stub(struct site *site, uint64_t stub_addr)
{
	if (site->shape != SITE_SHORT)
		return;
	site->syscall_addr = stub_addr + SITE_STUB_SYSCALL;
	site->return_addr = site->syscall_addr + SYSCALL_SIZE;
}

static uint64_t patch_size(const struct site *site)
{
	switch (site->shape) {
	case SITE_MOV:
	case SITE_COPY:
		return JMP_SIZE;
	case SITE_SHORT:
		return SYSCALL_SIZE;
	default:
		return SITE_MAX_PATCH;
	}
}

/*
 * Returns true if the opcode of a call (e8), a jmp (e9) or a conditional jump (0f 8x) ends before
 * @at.
 */
static bool follows_branch_opcode(const uint8_t *text, size_t at)
{
	return (text[at - 1] & 0xfe) == 0xe8 ||
	       (at > 1 && text[at - 2] == 0x0f && (text[at - 1] & 0xf0) == 0x80);
}

/*
 * Returns true if a displacement at @at leads to one of the @nr_inside bytes inside the patch after
 * its first byte. @place is the distance of @at from the first of these.
 */
static bool is_landing(const uint8_t *text, size_t at, uint64_t place, uint64_t nr_inside)
{
	int32_t displacement;

	memcpy(&displacement, text + at, sizeof(displacement));
	return place + sizeof(displacement) + (uint64_t)displacement < nr_inside &&
	       follows_branch_opcode(text, at);
}

#define LANES 16 /* places that are examined together */

/*
 * Returns false if none of the LANES displacements from @text on leads, modulo 2^32, to the 8 bytes
 * that start with the first one inside the patch. @place is the distance of the first displacement
 * from that byte. This is nearly always sufficient.
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
	/* The bytes after the jmp of a SITE_MOV or SITE_COPY stay unchanged. */
	static const uint8_t patched[SITE_MAX_PATCH] = { 0xe9, 0, 0, 0, 0, 0x90, 0x0f, 0x05 };
	int64_t distance = (int64_t)(stub_addr - (site->patch_addr + JMP_SIZE));
	int32_t displacement = (int32_t)distance;

	if (site->shape == SITE_SHORT) {
		bytes[0] = 0xeb;
		bytes[1] = (uint8_t)(site->pad_addr - (site->patch_addr + SYSCALL_SIZE));
		return SYSCALL_SIZE;
	}
	if (site->shape == SITE_UNPATCHABLE || distance != displacement)
		return 0;
	memcpy(bytes, patched, sizeof(patched));
	memcpy(bytes + 1, &displacement, sizeof(displacement));
	return patch_size(site);
}

bool site_pad_bytes(const struct site *site, uint64_t stub_addr,
		    uint8_t bytes[static SITE_PAD_SIZE])
{
	int64_t distance = (int64_t)(stub_addr - (site->pad_addr + JMP_SIZE));
	int32_t displacement = (int32_t)distance;

	if (distance != displacement)
		return false;
	bytes[0] = 0xe9;
	memcpy(bytes + 1, &displacement, sizeof(displacement));
	return true;
}

size_t site_original_bytes(const struct site *site, uint8_t bytes[static SITE_MAX_PATCH])
{
	static const uint8_t compare[] = { 0x0f, 0x05, 0x48, 0x3d };

	if (site->shape == SITE_MOV) {
		bytes[0] = 0xb8;
		memcpy(bytes + 1, &site->nr, sizeof(site->nr));
		return MOV_SIZE;
	}
	if (site->shape == SITE_COPY) {
		memcpy(bytes, site->copy, JMP_SIZE);
		return JMP_SIZE;
	}
	if (site->shape == SITE_SHORT) {
		memcpy(bytes, compare, SYSCALL_SIZE);
		return SYSCALL_SIZE;
	}
	memcpy(bytes, compare, sizeof(compare));
	memcpy(bytes + sizeof(compare), &site->cmp_immediate, sizeof(site->cmp_immediate));
	return SITE_MAX_PATCH;
}
