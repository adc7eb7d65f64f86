/* SPDX-License-Identifier: MIT */
/*
 * Records stacks that can be unwound without a tracee. A scenario is a chain of functions that ends
 * in record(), which saves the registers and copies the stack. Then all functions return. A test
 * can change the recording before it unwinds it.
 */
#ifndef SCPROF_TESTS_UNIT_RECORDED_STACK_H
#define SCPROF_TESTS_UNIT_RECORDED_STACK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/user.h>

struct recorded_range {
	uint64_t start;
	size_t size;
	uint8_t *bytes;
};

struct recording {
	struct user_regs_struct registers;
	/* The current stack, and the main one if that is different. */
	struct recorded_range ranges[2];
};

/* A word in the frame of a nested call, which no unwinder reads. */
#define RECORDED_LOCAL 0x5c9f10ca15c9f10cull

/* Runs @scenario and records its stack. The caller calls recording_fini() later. */
void recording_make(struct recording *recording, void (*scenario)(void));
void recording_fini(struct recording *recording);
/* Reads up to @size bytes at @addr from the recorded stacks. Returns how many it could read. */
size_t recording_read(const struct recording *recording, uint64_t addr, void *buffer, size_t size);
/*
 * Returns a pointer to the word in @recording whose value is @value, so that a test can change it.
 * Stores its address in @addr. There must be such a word.
 */
uint64_t *recording_find(struct recording *recording, uint64_t value, uint64_t *addr);

void scenario_nested(void);	      /* record one two three */
void scenario_nested_other(void);     /* record one two_other three */
void scenario_frame_pointers(void);   /* record with_pointer_inner with_pointer_outer */
void scenario_alloca(void);	      /* record variable_inner variable_outer */
void scenario_aligned(void);	      /* record aligned_inner aligned_outer */
void scenario_forced(void);	      /* record aligned_inner forced */
void scenario_aligned_alloca(void);   /* record aligned_variable */
void scenario_big_frame(void);	      /* record big_frame */
void scenario_recursion(void);	      /* record recurse ×100 */
void scenario_callback(void);	      /* record compare …libc… sort */
void scenario_noreturn(void);	      /* record leave call_is_last */
void scenario_pushed_arguments(void); /* record many_arguments caller_of_many */
void scenario_saved_registers(void);  /* record saves_all uses_all */
void scenario_signal(void);	      /* record handler …libc… raise_it */
void scenario_other_stack(void);      /* the same on a separate stack */

#endif
