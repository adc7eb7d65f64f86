/* SPDX-License-Identifier: MIT */
/*
 * The step from a frame of code without unwind tables to its caller. Such code is JIT compilers',
 * V8's builtins, Go's: it keeps frame pointers, or it is a trampoline that is plain to see. What
 * is found is checked, but it is not proven that no frame was skipped: code without frame pointer
 * looks the same.
 */
#ifndef SCPROF_HELPER_FRAME_POINTER_H
#define SCPROF_HELPER_FRAME_POINTER_H

#include "helper/layout.h"

struct frame_registers {
	uint64_t ip; /* where the frame goes on: a return address */
	uint64_t sp;
	uint64_t fp;
};

/* Gets the word at an address of the process; false when it cannot be had. */
typedef bool frame_read(uint64_t addr, uint64_t *value, void *argument);

/*
 * Turns @registers of a frame that called another one into those of its caller. @read_stack reads
 * the stack, @read_code the frame's own code. *@keeps_others: the frame has not changed any other
 * register; else their values at the caller are not known. Returns false when nothing sound is
 * found.
 */
bool frame_pointer_step(struct layout *layout, struct frame_registers *registers,
			frame_read *read_stack, frame_read *read_code, void *argument,
			bool *keeps_others);

/* @stack was followed to its end, but in part so: it may lack frames. */
void frame_pointer_mark(uint32_t stack);
bool frame_pointer_is_marked(uint32_t stack);

#endif
