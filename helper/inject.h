/* SPDX-License-Identifier: MIT */
/*
 * Lets a stopped thread make system calls for the helper, in place of the one that it is about to
 * make, and puts it back before that one. The program sees nothing of it: its signals are blocked
 * meanwhile and its registers restored.
 */
#ifndef SCPROF_HELPER_INJECT_H
#define SCPROF_HELPER_INJECT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

struct injection {
	pid_t tid;
	bool has_failed; /* something else has happened to the thread; its status is back in the queue */
	bool was_stopped; /* by job control, meanwhile */
	bool is_away;	  /* not at the program's own call, but can be put back there */
	uint64_t signal_mask;
	struct user_regs_struct registers; /* at the entry of the program's own call */
};

/* @tid stands at the seccomp stop of a call of its own. Returns false when it is gone. */
bool inject_begin(struct injection *injection, pid_t tid);
/* Makes one call; returns the kernel's result, or -ESRCH when has_failed. */
int64_t inject_call(struct injection *injection, long nr, const uint64_t args[static 6]);
/*
 * Runs code at @addr of the process, with @registers, up to its next traced call, whose registers are put there.
 * Returns false when has_failed.
 */
bool inject_code(struct injection *injection, uint64_t addr, struct user_regs_struct *registers);
/* Returns true when the thread stands at its own call again. */
bool inject_end(struct injection *injection);

#endif
