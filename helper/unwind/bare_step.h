/* SPDX-License-Identifier: MIT */
/*
 * The step from a frame of code without unwind tables to its caller.
 */
#ifndef SCPROF_HELPER_UNWIND_BARE_STEP_H
#define SCPROF_HELPER_UNWIND_BARE_STEP_H

#include <libunwind.h>

#include "helper/unwind/walk.h"

enum bare_step {
	BARE_STEPPED, /* the caller's frame is pushed, and the cursor is there */
	BARE_END,     /* the walk ends here; if that is too early, it is marked truncated */
	BARE_UNKNOWN, /* nothing was found: libunwind may guess */
};

/*
 * Steps out of the frame of @cursor, which executes @ip (for a return address: less one). Its code
 * has no unwind table.
 */
enum bare_step bare_step(struct walk *walk, unw_cursor_t *cursor, uint64_t ip);

/* The same for a Go function whose return address is @size above the stack pointer. */
enum bare_step bare_step_go(struct walk *walk, unw_cursor_t *cursor, uint64_t ip, uint64_t size);

#endif
