/* SPDX-License-Identifier: MIT */
/*
 * Finds the stack id of a stopped thread: by a memo if the stack repeats, otherwise by libunwind,
 * which only unwind.c uses.
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
	uint64_t unwinds; /* stacks that libunwind has walked */
};

struct unwind_result {
	uint32_t stack;	   /* stack id */
	bool is_truncated; /* it was not followed to its end */
	bool has_repeated; /* a memo recognised it */
	bool is_cut_off;   /* the record does not contain the stack up to its end */
	/*
	 * The memo that recognised the stack, or will recognise it; valid until the next walk.
	 * NULL: none.
	 */
	const struct memo *memo;
};

/*
 * Finds the stack of the thread @tid, which is stopped at a system call with @registers. @is_clone
 * says that the call is clone or clone3, which glibc makes in code without unwind information. The
 * walk ends after @max_frames.
 */
struct unwind_result unwind_stack(pid_t tid, struct layout *layout,
				  const struct user_regs_struct *registers, bool is_clone,
				  unsigned int max_frames, struct profile *profile);

/* The data that a thread has recorded at a call. */
struct unwind_record {
	const struct user_regs_struct *registers;
	const void *stack; /* the bytes from the stack pointer, aligned down to a word */
	size_t size;	   /* of @stack, in bytes */
	uint64_t ticks; /* TSC at the end of the call, or CODE_PAGE_NOW if the TSC is not exact */
};

/*
 * The same for a record. The thread may have continued or ended since. So this function reads from
 * its memory only code, and memory to which the thread does not write.
 */
struct unwind_result unwind_recorded_stack(pid_t tid, struct layout *layout,
					   const struct unwind_record *record,
					   unsigned int max_frames, struct profile *profile);

const struct unwind_stats *unwind_stats(void);

#endif
