/* SPDX-License-Identifier: MIT */
/*
 * Decides whether and how a call site may be patched to a jump. The result depends only on the code
 * of the function that contains the site. A site is patched only if that is proven to be safe. The
 * proof does not cover jumps from other functions into this one. Compilers make such jumps between
 * a function and its cold part, which has its own FDE; site_has_landing finds them. A jump through
 * a retpoline looks like a tail call.
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
	 * A thread inside the call, and the kernel's restart (ip - 2), find the old code.
	 */
	SITE_MOV,
	/*
	 *	0f 05		   syscall	→	e9 xx xx xx xx	jmp stub
	 *	48 3d 0n f0 ff ff  cmp $n-4096,%rax	90		nop
	 *						0f 05		syscall
	 *
	 * The last two bytes are for calls that the gate leaves to the site, and for the kernel's
	 * restart. A thread that continues after them must have done the cmp.
	 */
	SITE_CMP,
	/*
	 *	0f 05		syscall		→	eb xx		jmp padding
	 *	...				...
	 *	90 90 90 90 90	nops after a	→	e9 xx xx xx xx	jmp stub
	 *			jump or return
	 *
	 * The stub contains another syscall instruction, for calls that the helper must see, and
	 * jumps back to after the site. A thread inside the call, and the kernel's restart (ip -
	 * 2), find the code around the site unchanged.
	 */
	SITE_SHORT,
	/*
	 *	4c 89 5c 24 08	mov %r11,8(%rsp)	→	e9 xx xx xx xx	jmp stub
	 *	0f 05		syscall				0f 05		syscall
	 *
	 * Like SITE_MOV, but with any mov or lea that has the same effect at another address. The
	 * stub begins with a copy of that instruction, or loads the address that a lea finds.
	 */
	SITE_COPY,
};

#define SITE_MAX_PATCH 8
#define SITE_PAD_SIZE  5
#define SITE_MAX_COPY  12
/* The offset of the syscall instruction in the stub of a SITE_SHORT. */
#define SITE_STUB_SYSCALL 19

struct site {
	enum site_shape shape;
	const char *reason;    /* if unpatchable, a constant text such as "a branch lands inside" */
	uint64_t patch_addr;   /* first byte replaced */
	uint64_t return_addr;  /* where the gate returns; in the stub of a SITE_SHORT */
	uint64_t syscall_addr; /* a syscall instruction is right before it after patching */
	uint32_t nr;	       /* the number that the mov loads, or UINT32_MAX without mov */
	int32_t cmp_immediate; /* SITE_CMP: -4096 or -4095 */
	uint64_t pad_addr;     /* SITE_SHORT: the padding */
	uint8_t pad[SITE_PAD_SIZE];  /* SITE_SHORT: the old bytes of the padding */
	uint8_t copy[SITE_MAX_COPY]; /* SITE_COPY: the instruction before the call */
	uint8_t copy_size;	     /* SITE_COPY: 5 to SITE_MAX_COPY; else 0 */
};

/*
 * Classifies a call site. @code is the @size bytes of the whole function at @function_addr (its FDE
 * has the bounds). Other sites in it may have been patched already. @ip is the address after the
 * syscall instruction. The addresses of an unpatchable site are 0. helper/code/site_short.h finds a
 * SITE_SHORT, helper/code/site_copy.h a SITE_COPY.
 *
 * The stub of a patched site may change the arithmetic flags and, like the kernel, rcx and r11. The
 * stub of a SITE_CMP must leave CF and ZF as the cmp does. No code reads other flags at
 * return_addr.
 */
struct site site_classify(const uint8_t *code, size_t size, uint64_t function_addr, uint64_t ip);

/*
 * Returns the size of the stub's first instruction, if that is the one that the patch overwrites.
 * Otherwise returns 0.
 */
size_t site_first_size(const struct site *site);

/*
 * Returns true if no site is patched for call @nr, because it does not return, or returns twice or
 * elsewhere.
 */
bool site_is_never_patched(uint32_t nr);

/*
 * Sets those addresses of @site that are in its stub at @stub_addr. Only a SITE_SHORT has such
 * addresses.
 */
void site_place_stub(struct site *site, uint64_t stub_addr);

/* Returns @site with the addresses that it has when its syscall instruction ends at @ip. */
struct site site_at(struct site site, uint64_t ip);

/*
 * Returns true if some of the @size bytes at @text_addr, wherever they begin, can be decoded as a
 * branch with a 32-bit displacement into the patch of @site, after its first byte. They should be
 * all of the file's text. Cold parts of other functions are too far away for 8-bit displacements.
 * This is for SITE_CMP; nothing can branch into the patch of a SITE_MOV. It takes 1 to 2 ns for
 * each byte.
 */
bool site_has_landing(const struct site *site, const uint8_t *text, size_t size,
		      uint64_t text_addr);

/*
 * Writes the bytes that make @site jump to @stub_addr. Returns how many of them belong at
 * patch_addr, or 0 if the stub is out of reach of a 32-bit displacement.
 */
size_t site_patch_bytes(const struct site *site, uint64_t stub_addr,
			uint8_t bytes[static SITE_MAX_PATCH]);

/*
 * The same for the SITE_PAD_SIZE bytes at @site's pad_addr. Returns false if the stub is out of
 * reach.
 */
bool site_pad_bytes(const struct site *site, uint64_t stub_addr,
		    uint8_t bytes[static SITE_PAD_SIZE]);

/* Writes the bytes that were there before the patch. Returns how many there are. */
size_t site_original_bytes(const struct site *site, uint8_t bytes[static SITE_MAX_PATCH]);

#endif
