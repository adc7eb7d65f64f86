/* SPDX-License-Identifier: MIT */
/*
 * The step from a frame of code without unwind tables to its caller.
 */
#ifndef SCPROF_HELPER_UNWIND_BARE_STEP_H
#define SCPROF_HELPER_UNWIND_BARE_STEP_H

#include <libunwind.h>

#include "helper/unwind/walk.h"

enum bare_step {
	BARE_STEPPED, /* the caller's frame is pushed, and the cursor is at it */
	BARE_END,     /* the stack ends here; marked truncated if it is not complete */
	BARE_UNKNOWN, /* no caller was found: libunwind may guess */
};

/*
 * Steps from the frame of @cursor to its caller. The frame's code, at @ip, has no unwind table. For
 * a return address, @ip is one less.
 */
enum bare_step bare_step(struct walk *walk, unw_cursor_t *cursor, uint64_t ip);

/* The same for a Go function whose return address is @size above the stack pointer. */
enum bare_step bare_step_go(struct walk *walk, unw_cursor_t *cursor, uint64_t ip, uint64_t size);

#endif
