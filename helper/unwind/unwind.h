/* SPDX-License-Identifier: MIT */
/*
 * From a stopped thread to a stack id: by memo where the stack repeats, else by libunwind, which
 * only unwind.c knows.
 */
#ifndef SCPROF_HELPER_UNWIND_UNWIND_H
#define SCPROF_HELPER_UNWIND_UNWIND_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

#include "helper/unwind/layout.h"
#include "profile/model/profile.h"

struct unwind_stats {
	uint64_t hits;	  /* stacks recognised by a memo */
	uint64_t unwinds; /* stacks walked by libunwind */
};

struct unwind_result {
	uint32_t stack;	   /* stack id */
	bool is_truncated; /* not followed to its end */
	bool has_repeated; /* it was recognised by a memo */
	bool is_cut_off;   /* a recorded stack that was not recorded up to its end */
	/* What it was or will be recognised by; valid until the next walk. NULL: nothing. */
	const struct memo *memo;
};

/*
 * Finds the stack of the thread @tid, which is stopped at a system call with @registers.
 * @is_clone: the call is clone or clone3, which glibc makes without unwind information.
 * @max_frames bounds the walk.
 */
struct unwind_result unwind_stack(pid_t tid, struct layout *layout,
				  const struct user_regs_struct *registers, bool is_clone,
				  unsigned int max_frames, struct profile *profile);

/* What a thread has recorded at a call. */
struct unwind_record {
	const struct user_regs_struct *registers;
	const void *stack; /* from the stack pointer, aligned down to a word, on */
	size_t size;	   /* of @stack, in bytes */
	uint64_t
		ticks; /* of the TSC, at the call's end, or CODE_PAGE_NOW if the TSC is not exact */
};

/*
 * The same from a record. The thread may have run on since, or have ended: of its memory only what
 * it does not write to is read, and code.
 */
struct unwind_result unwind_recorded_stack(pid_t tid, struct layout *layout,
					   const struct unwind_record *record,
					   unsigned int max_frames, struct profile *profile);

const struct unwind_stats *unwind_stats(void);

#endif
