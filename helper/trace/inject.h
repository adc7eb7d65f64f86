/* SPDX-License-Identifier: MIT */
/*
 * Lets a stopped thread make system calls for the helper, instead of the call that it is about to
 * make. Afterwards, the thread is again stopped before the program's call. The program notices
 * nothing: the thread's signals are blocked meanwhile, and its registers are restored.
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

#include "helper/trace/filter_chain.h"
#include "helper/trace/stop.h"

/* The place that the thread runs to. */
enum injection_goal {
	INJECTION_EXIT,	 /* the exit of an injected call */
	INJECTION_ENTRY, /* the program's own call */
	INJECTION_CODE,	 /* the call after injected code */
};

struct injection {
	pid_t tid;
	bool has_failed; /* the thread had another stop, which is back in the queue */
	bool is_late; /* the injection failed: the thread has not stopped in time and still runs */
	bool was_stopped;   /* job control stopped the thread meanwhile */
	bool is_away;	    /* not at the entry of the program's call, but can be put back there */
	bool ends_at_entry; /* inject_end() puts the thread there, even if there is no filter */
	enum injection_goal goal;
	long nr;       /* number of the last injected call */
	uint64_t size; /* second argument of the last injected call */
	int fd;	       /* the file that the last injected call maps, or -1 */
	uint64_t signal_mask;
	/*
	 * The program's filters, borrowed. The caller of inject_begin() sets this member
	 * afterwards.
	 */
	const struct filter_chain *filters;
	bool is_denied; /* the thread has not made a call, because the filters deny it */
	struct user_regs_struct registers; /* at the entry of the program's own call */
};

/*
 * To be called once, at the start, if no filter makes calls stop. Injections then use
 * PTRACE_SYSCALL and Syscall User Dispatch.
 */
void inject_without_filter(void);
/* Returns true if inject_without_filter() was called. */
bool inject_is_without_filter(void);
/*
 * Begins an injection for thread @tid, which has stopped at the entry of the program's call. Or, if
 * @is_before_call, the call has raised SIGSYS: the thread has stopped after the syscall
 * instruction, but the kernel has not made the call. Then the caller must switch dispatch off.
 * Returns false if the thread is gone.
 */
bool inject_begin(struct injection *injection, pid_t tid, bool is_before_call);
/*
 * Returns true if the program's filters allow call @nr. Otherwise sets is_denied. A filter could
 * kill the program for a call that it does not allow, or raise SIGSYS.
 */
bool inject_is_allowed(struct injection *injection, long nr, const uint64_t args[static 6]);
/*
 * Makes one call. Returns the kernel's result, -ESRCH if has_failed is true, or -EPERM if the
 * program's filters do not allow it.
 */
int64_t inject_call(struct injection *injection, long nr, const uint64_t args[static 6]);
/*
 * Runs code at @addr of the process, with @registers, until the next call that does not end at
 * @return_addr. Stores the registers at that call in @registers. Returns false if has_failed is
 * true. Without a filter, this needs dispatch by ptrace (helper/trace/user_dispatch.h).
 */
bool inject_code(struct injection *injection, uint64_t addr, uint64_t return_addr,
		 struct user_regs_struct *registers);
/*
 * Returns true if the thread is again at the program's own call. If is_away is still true, it is
 * stopped as if the call had raised SIGSYS. If is_late, the caller must call late_call_begin
 * instead.
 */
bool inject_end(struct injection *injection);

/*
 * Parts of the functions above, for helper/trace/late_call.c. They resume the thread and do not
 * wait.
 */
void inject_resume(const struct injection *injection, int signal);
/* Returns true if @stop is the one to which the thread was resumed. */
bool inject_is_goal(const struct injection *injection, const struct stop *stop);
void inject_start_call(struct injection *injection, long nr, const uint64_t args[static 6]);
void inject_start_return(struct injection *injection);
/* The thread is at a stop before a call. Restores the program's own call and its signal mask. */
void inject_restore(struct injection *injection);

#endif
