/* SPDX-License-Identifier: MIT */
/*
 * Whether a call site may be patched to a jump, and how: a pure function of the code of the
 * function that holds it. What is not proven safe is left alone. Of other functions' jumps into
 * the middle of this one the proof knows nothing; compilers make such jumps between a function
 * and its cold part, which has an FDE of its own. site_has_landing finds them. A jump through a
 * retpoline cannot be told from a tail call.
 */
#ifndef SCPROF_HELPER_CODE_SITE_H
#define SCPROF_HELPER_CODE_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum site_shape {
	SITE_UNPATCHABLE,
	/*
	 *	b8 nr nr nr nr	mov $nr,%eax	→	e9 xx xx xx xx	jmp stub
	 *	0f 05		syscall			0f 05		syscall
	 *
	 * A thread inside the call and the kernel's restart (ip - 2) find what they left.
	 */
	SITE_MOV,
	/*
	 *	0f 05		   syscall	→	e9 xx xx xx xx	jmp stub
	 *	48 3d 0n f0 ff ff  cmp $n-4096,%rax	90		nop
	 *						0f 05		syscall
	 *
	 * The last two bytes are for calls that are made at the site after all, and for the
	 * kernel's restart: who goes on behind them must have done the cmp.
	 */
	SITE_CMP,
	/*
	 *	0f 05		syscall		→	eb xx		jmp padding
	 *	...				...
	 *	90 90 90 90 90	nops that	→	e9 xx xx xx xx	jmp stub
	 *			nobody reaches
	 *
	 * The stub has a syscall instruction of its own, for calls that the helper must see, and
	 * jumps back to behind the site's. A thread inside the call, and the kernel's restart (ip -
	 * 2), find the code around the site unchanged.
	 */
	SITE_SHORT,
	/*
	 *	4c 89 5c 24 08	mov %r11,8(%rsp)	→	e9 xx xx xx xx	jmp stub
	 *	0f 05		syscall				0f 05		syscall
	 *
	 * As a SITE_MOV, but with any mov or lea that means the same at another address. The stub
	 * begins with a copy of that instruction.
	 */
	SITE_COPY,
};

#define SITE_MAX_PATCH 8
#define SITE_PAD_SIZE  5
#define SITE_MAX_COPY  12
/* Where in the stub of a SITE_SHORT its syscall instruction is. */
#define SITE_STUB_SYSCALL 19

struct site {
	enum site_shape shape;
	const char *reason;    /* static text when unpatchable, such as "a branch lands inside" */
	uint64_t patch_addr;   /* first byte replaced */
	uint64_t return_addr;  /* where the gate goes after the call; in the stub of a SITE_SHORT */
	uint64_t syscall_addr; /* a syscall instruction is right before it after patching */
	uint32_t nr;	       /* the constant that the mov loads; without such a mov UINT32_MAX */
	int32_t cmp_immediate; /* SITE_CMP: -4096 or -4095 */
	uint64_t pad_addr;     /* SITE_SHORT: the padding */
	uint8_t pad[SITE_PAD_SIZE];  /* SITE_SHORT: what the padding held before */
	uint8_t copy[SITE_MAX_COPY]; /* SITE_COPY: the instruction before the call */
	uint8_t copy_size;	     /* SITE_COPY: 5 to SITE_MAX_COPY; else 0 */
};

/*
 * @code: the @size bytes of the whole function at @function_addr (its FDE has the bounds);
 * sites in it may have been patched already. @ip: the address behind the syscall instruction.
 * The addresses of an unpatchable site are 0. helper/code/site_short.h finds a SITE_SHORT,
 * helper/code/site_copy.h a SITE_COPY.
 *
 * A patched site's stub may change the arithmetic flags and, like the kernel, rcx and r11.
 * SITE_CMP's must leave CF and ZF at return_addr as the cmp does; nothing else of the flags is
 * read there.
 */
struct site site_classify(const uint8_t *code, size_t size, uint64_t function_addr, uint64_t ip);

/*
 * Returns the size of the stub's first instruction, if that is the one that the patch overwrites.
 * Otherwise returns 0.
 */
size_t site_first_size(const struct site *site);

/*
 * Whether call @nr is one that no site is patched for: it does not come back, or comes back twice
 * or elsewhere.
 */
bool site_is_never_patched(uint32_t nr);

/*
 * Gives @site the addresses that its stub at @stub_addr has; for the other shapes there are none.
 */
void site_place_stub(struct site *site, uint64_t stub_addr);

/* Returns @site with the addresses that it has when its syscall instruction ends at @ip. */
struct site site_at(struct site site, uint64_t ip);

/*
 * Whether bytes in the @size bytes at @text_addr, best all of the file's text, read as a branch
 * with a 32-bit displacement to behind the first byte of @site's patch, at whatever byte they
 * begin. Other functions' cold parts are too far away for 8-bit displacements. For SITE_CMP;
 * inside SITE_MOV's patch nothing lands. Takes 1 to 2 ns a byte.
 */
bool site_has_landing(const struct site *site, const uint8_t *text, size_t size,
		      uint64_t text_addr);

/*
 * Writes the bytes that make @site jump to @stub_addr. Returns how many belong to patch_addr, or 0
 * when the stub is not within reach of a 32-bit displacement.
 */
size_t site_patch_bytes(const struct site *site, uint64_t stub_addr,
			uint8_t bytes[static SITE_MAX_PATCH]);

/*
 * The same for the SITE_PAD_SIZE bytes at @site's pad_addr. Returns false when the stub is out of
 * reach.
 */
bool site_pad_bytes(const struct site *site, uint64_t stub_addr,
		    uint8_t bytes[static SITE_PAD_SIZE]);

/* Writes the bytes that stood there before; returns how many. */
size_t site_original_bytes(const struct site *site, uint8_t bytes[static SITE_MAX_PATCH]);

#endif
