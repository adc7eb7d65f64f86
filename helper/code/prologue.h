/* SPDX-License-Identifier: MIT */
/*
 * Finds the size of a function's frame from its first instructions. This is for functions that have
 * no unwind table and never return, so that helper/code/epilogue.h finds no `ret`.
 */
#ifndef SCPROF_HELPER_CODE_PROLOGUE_H
#define SCPROF_HELPER_CODE_PROLOGUE_H

#include "helper/code/epilogue.h"

struct prologue {
	uint64_t depth;	     /* bytes from the stack pointer up to the return address */
	uint32_t saved_mask; /* the registers whose caller's values the function has pushed */
	uint64_t saved[EPILOGUE_NR_REGISTERS]; /* bytes from their place up to the return address */
};

/*
 * Follows the code from the first instruction of a function, at @start, to @ip. Returns false if no
 * instruction begins at @ip, or if the frame cannot be followed. The result is right for code of
 * usual compilers, but other code may differ, so the caller must check it.
 */
bool prologue_follow(uint64_t start, uint64_t ip, code_read *read, void *argument,
		     struct prologue *prologue);

/*
 * Finds the address of main() in the code where a program of glibc begins, at @entry: it passes
 * that address in rdi. Returns false if the code does something else.
 */
bool prologue_find_main(uint64_t entry, code_read *read, void *argument, uint64_t *start);

#endif
