/* SPDX-License-Identifier: MIT */
/*
 * The goal in struct injection says how far a late injection is. From the exit of an injected call,
 * the thread returns to the program's call. There it makes the next call that undoes something,
 * until nothing is left to undo.
 */
#include "helper/trace/late_call.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>

#include "helper/base/debug.h"
#include "helper/trace/ptrace.h"
#include "helper/trace/stop.h"
#include "helper/trace/user_dispatch.h"
#include "profile/util/xalloc.h"

#define MAX_UNDO 2 /* gate_setup makes at most two mappings */

struct undo {
	long nr;
	uint64_t args[6];
};

struct late_call {
	struct injection injection;
	bool is_undoing; /* the injected call is one of undo[] */
	struct undo undo[MAX_UNDO];
	unsigned int nr_undo;
};

struct late_call *late_call_begin(const struct injection *injection)
{
	struct late_call *late = xcalloc(1, sizeof(*late));

	late->injection = *injection;
	late->injection.has_failed = false;
	return late;
}

void late_call_free(struct late_call *late)
{
	free(late);
}

/* Call @nr has returned @result. The memory that it has mapped has @size bytes. */
static void plan_undo(struct late_call *late, long nr, uint64_t result, uint64_t size)
{
	struct undo *undo = &late->undo[late->nr_undo];

	if ((int64_t)result < 0)
		return;
	if (nr == SYS_mmap)
		*undo = (struct undo){ SYS_munmap, { result, size } };
	else if (nr == SYS_shmat)
		*undo = (struct undo){ SYS_shmdt, { result } };
	else if (nr == SYS_memfd_create || nr == SYS_openat)
		*undo = (struct undo){ SYS_close, { result } };
	else
		return;
	late->nr_undo++;
}

static bool get_registers(const struct late_call *late, struct user_regs_struct *registers)
{
	return ptrace_try(PTRACE_GETREGS, late->injection.tid, 0, (uintptr_t)registers) == 0;
}

static void see_exit(struct late_call *late)
{
	struct user_regs_struct registers;

	if (!late->is_undoing && get_registers(late, &registers)) {
		plan_undo(late, late->injection.nr, registers.rax, late->injection.size);
		/* The process created a file for this mapping, and must close it. */
		if (late->injection.fd >= 0)
			plan_undo(late, SYS_memfd_create, (uint64_t)late->injection.fd, 0);
	}
	inject_start_return(&late->injection);
}

static void see_code_end(struct late_call *late)
{
	struct user_regs_struct registers;

	/*
	 * gate_setup in gate/gate_entry.S leaves its results in these registers, and the number of
	 * the second call in rbx.
	 */
	if (get_registers(late, &registers)) {
		plan_undo(late, SYS_mmap, registers.r13, late->injection.size);
		plan_undo(late, (long)registers.rbx, registers.r15, 0);
	}
}

/* Returns true if the thread is at the program's call again, with its registers restored. */
static bool see_entry(struct late_call *late)
{
	while (late->nr_undo) {
		const struct undo *undo = &late->undo[--late->nr_undo];

		if (!inject_is_allowed(&late->injection, undo->nr, undo->args))
			continue;
		late->is_undoing = true;
		inject_start_call(&late->injection, undo->nr, undo->args);
		return false;
	}
	inject_restore(&late->injection);
	return true;
}

/* The thread is at its goal. Returns true when the injection is over. */
static bool see_goal(struct late_call *late)
{
	switch (late->injection.goal) {
	case INJECTION_EXIT:
		see_exit(late);
		return false;
	case INJECTION_CODE:
		see_code_end(late);
		if (!inject_is_without_filter())
			return see_entry(late);
		user_dispatch_clear(late->injection.tid, NULL);
		inject_start_return(&late->injection);
		return false;
	default:
		return see_entry(late);
	}
}

/* Returns true when the injection is over. */
static bool go_on(struct late_call *late, const struct stop *stop)
{
	struct injection *injection = &late->injection;

	if (inject_is_goal(injection, stop))
		return see_goal(late);
	switch (stop->kind) {
	case STOP_GROUP:
	case STOP_NEW:
		injection->was_stopped = true;
		break;
	case STOP_SIGNAL:
		if (stop->signal == SIGSTOP) {
			inject_resume(injection, SIGSTOP);
			return false;
		}
		/* The helper blocks all other signals, so this is a fault. */
		injection->has_failed = true;
		inject_restore(injection);
		return true;
	case STOP_SYSCALL:
	case STOP_SECCOMP:
	case STOP_OTHER:
		break;
	default:
		return true;
	}
	inject_resume(injection, 0);
	return false;
}

bool late_call_see_stop(struct late_call *late, int status)
{
	const struct stop stop = stop_classify(status);

	if (!go_on(late, &stop))
		return false;
	debug(fast, "%d: the late injection is over", (int)late->injection.tid);
	return true;
}
