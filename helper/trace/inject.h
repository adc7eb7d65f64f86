/* SPDX-License-Identifier: MIT */
/*
 * Lets a stopped thread make system calls for the helper, in place of the one that it is about to
 * make, and puts it back before that one. The program sees nothing of it: its signals are blocked
 * meanwhile and its registers restored.
 *
 * An injected call can block: the thread's cgroup may be frozen, another thread may lock the memory
 * map, or a filter of the program may ask a process that does not answer. Meanwhile all other
 * threads wait for the helper. So the helper waits only for a moment. helper/trace/late_call.h
 * finishes a call that takes longer.
 */
#ifndef SCPROF_HELPER_TRACE_INJECT_H
#define SCPROF_HELPER_TRACE_INJECT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

/* The place that the thread runs to. */
enum injection_goal {
	INJECTION_EXIT,	 /* the exit of an injected call */
	INJECTION_ENTRY, /* the program's own call */
	INJECTION_CODE,	 /* the call after injected code */
};

struct injection {
	pid_t tid;
	bool has_failed; /* something else has happened to the thread; the queue has it */
	bool is_late; /* the injection failed: the thread has not stopped in time and still runs */
	bool was_stopped; /* by job control, meanwhile */
	bool is_away;	  /* not at the program's own call, but can be put back there */
	enum injection_goal goal;
	long nr;       /* number of the last injected call */
	uint64_t size; /* second argument of the last injected call */
	uint64_t signal_mask;
	struct user_regs_struct registers; /* at the entry of the program's own call */
};

/* @tid stands at the seccomp stop of a call of its own. Returns false when it is gone. */
bool inject_begin(struct injection *injection, pid_t tid);
/* Makes one call; returns the kernel's result, or -ESRCH when has_failed. */
int64_t inject_call(struct injection *injection, long nr, const uint64_t args[static 6]);
/*
 * Runs code at @addr of the process, with @registers, up to its next traced call, whose registers
 * are put there. Returns false when has_failed.
 */
bool inject_code(struct injection *injection, uint64_t addr, struct user_regs_struct *registers);
/*
 * Returns true if the thread is again at the program's own call. If is_late, the caller must call
 * late_call_begin instead.
 */
bool inject_end(struct injection *injection);

/*
 * Parts of the functions above, for helper/trace/late_call.c. They resume the thread and do not
 * wait.
 */
void inject_resume(const struct injection *injection, int signal);
void inject_start_call(struct injection *injection, long nr, const uint64_t args[static 6]);
void inject_start_return(struct injection *injection);
/* The thread is at a stop before a call. Restores the program's own call and its signal mask. */
void inject_restore(struct injection *injection);

#endif
