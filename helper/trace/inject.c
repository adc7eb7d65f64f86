/* SPDX-License-Identifier: MIT */
/*
 * Injected calls. At a seccomp stop, the tracer can change the number and the arguments of the
 * call, and the kernel does not stop again because of the new ones (seccomp(2), SECCOMP_RET_TRACE).
 * After the exit of the injected call, the thread goes back to its syscall instruction, and stops
 * there for the same call. Without a filter, PTRACE_SYSCALL makes it stop there.
 */
#include "helper/trace/inject.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "helper/base/clock.h"
#include "helper/base/debug.h"
#include "helper/trace/ptrace.h"
#include "helper/trace/stop.h"
#include "helper/trace/stop_queue.h"
#include "helper/trace/user_dispatch.h"

#define SYSCALL_SIZE	2
#define SIGNAL_SET_SIZE 8 /* the kernel's */

/*
 * How long the helper waits for a stop. Each time that this was in vain, it waits less the next
 * time.
 */
#define FIRST_PATIENCE_NS 200000000u
#define LEAST_PATIENCE_NS 10000000u
/* How long it waits at most for a thread that only needs a CPU. */
#define LONGEST_NS 2000000000u

static uint64_t patience_ns = FIRST_PATIENCE_NS;
static bool is_without_filter;

/* In /proc/TID/stat, the state follows the name, which may contain any characters. */
static bool is_waiting_for_cpu(pid_t tid)
{
	char path[64], line[256] = "";
	const char *name_end;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)tid);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	name_end = strrchr(line, ')');
	return name_end && strncmp(name_end, ") R", 3) == 0;
}

/* Returns the same as waitpid(2), or 0 if there is no stop in time. */
static pid_t await_stop(const struct injection *injection, int *status, uint64_t start_ns)
{
	uint64_t passed_ns;

	/*
	 * The limit holds for all stops together, because signals can stop the thread again and
	 * again.
	 */
	while ((passed_ns = clock_now_ns() - start_ns) < LONGEST_NS) {
		bool is_in_time = passed_ns < patience_ns;
		pid_t found =
			stop_queue_await(injection->tid, status,
					 is_in_time ? patience_ns - passed_ns : LEAST_PATIENCE_NS);

		/* On a busy machine, the thread may only need more time. */
		if (found || !is_waiting_for_cpu(injection->tid))
			return found;
	}
	return 0;
}

static void be_late(struct injection *injection)
{
	debug(fast, "%d: an injected call is late", (int)injection->tid);
	injection->is_late = true;
	patience_ns = patience_ns / 2 > LEAST_PATIENCE_NS ? patience_ns / 2 : LEAST_PATIENCE_NS;
}

void inject_without_filter(void)
{
	is_without_filter = true;
}

bool inject_is_without_filter(void)
{
	return is_without_filter;
}

/* Returns true if PTRACE_SYSCALL, and no filter, makes the thread stop at the goal. */
static bool is_syscall_stop(const struct injection *injection)
{
	return injection->goal == INJECTION_EXIT ||
	       (is_without_filter && injection->goal == INJECTION_ENTRY);
}

bool inject_is_goal(const struct injection *injection, const struct stop *stop)
{
	if (is_syscall_stop(injection))
		return stop->kind == STOP_SYSCALL;
	if (is_without_filter)
		return stop->kind == STOP_SIGNAL && stop->signal == SIGSYS;
	return stop->kind == STOP_SECCOMP;
}

void inject_resume(const struct injection *injection, int signal)
{
	ptrace_try(is_syscall_stop(injection) ? PTRACE_SYSCALL : PTRACE_CONT, injection->tid, 0,
		   (uintptr_t)signal);
}

/*
 * Waits for the stop at the goal of the thread, which has been resumed. The thread cannot block
 * SIGSTOP. The helper delivers it, and resumes the thread in spite of the group-stop. The kernel
 * reports the group-stop again at the end.
 */
static bool await(struct injection *injection)
{
	const uint64_t start_ns = clock_now_ns();
	int status, signal;
	struct stop stop;

	for (;;) {
		pid_t found = await_stop(injection, &status, start_ns);

		if (!found)
			be_late(injection);
		if (found != injection->tid)
			break;
		signal = 0;
		stop = stop_classify(status);
		if (inject_is_goal(injection, &stop))
			return true;
		if (stop.kind == STOP_GROUP || stop.kind == STOP_NEW) {
			injection->was_stopped = true;
		} else if (stop.kind == STOP_SIGNAL && stop.signal == SIGSTOP) {
			signal = SIGSTOP;
		} else {
			stop_queue_push(injection->tid, status);
			break;
		}
		inject_resume(injection, signal);
	}
	injection->has_failed = true;
	return false;
}

static void set_registers(struct injection *injection, struct user_regs_struct *registers)
{
	if (ptrace_try(PTRACE_SETREGS, injection->tid, 0, (uintptr_t)registers) < 0)
		injection->has_failed = true;
}

static void set_signal_mask(struct injection *injection, uint64_t mask)
{
	ptrace_try(PTRACE_SETSIGMASK, injection->tid, SIGNAL_SET_SIZE, (uintptr_t)&mask);
}

bool inject_begin(struct injection *injection, pid_t tid, bool is_before_call)
{
	injection->tid = tid;
	injection->has_failed = false;
	injection->is_late = false;
	injection->is_away = is_before_call;
	injection->ends_at_entry = false;
	injection->was_stopped = false;
	injection->filters = NULL;
	injection->is_denied = false;
	if (ptrace_try(PTRACE_GETREGS, tid, 0, (uintptr_t)&injection->registers) < 0 ||
	    ptrace_try(PTRACE_GETSIGMASK, tid, SIGNAL_SET_SIZE,
		       (uintptr_t)&injection->signal_mask) < 0)
		return false;
	set_signal_mask(injection, ~0ull);
	/* rax has this value at the entry of a call. A call with the number -1 returns it. */
	if (is_before_call)
		injection->registers.rax = (unsigned long long)-ENOSYS;
	return true;
}

/* Moves the thread back to the seccomp stop of the program's call. */
void inject_start_return(struct injection *injection)
{
	struct user_regs_struct registers = injection->registers;

	registers.rip -= SYSCALL_SIZE;
	registers.rax = registers.orig_rax;
	registers.orig_rax = (unsigned long long)-1; /* the kernel must not restart a call too */
	injection->is_away = false;
	injection->goal = INJECTION_ENTRY;
	set_registers(injection, &registers);
	inject_resume(injection, 0);
}

static void step_back(struct injection *injection)
{
	inject_start_return(injection);
	await(injection);
}

void inject_start_call(struct injection *injection, long nr, const uint64_t args[static 6])
{
	struct user_regs_struct registers = injection->registers;

	registers.orig_rax = (unsigned long long)nr;
	registers.rdi = args[0];
	registers.rsi = args[1];
	registers.rdx = args[2];
	registers.r10 = args[3];
	registers.r8 = args[4];
	registers.r9 = args[5];
	injection->nr = nr;
	injection->size = args[1];
	injection->fd = nr == SYS_mmap ? (int)args[4] : -1;
	injection->goal = INJECTION_EXIT;
	set_registers(injection, &registers);
	inject_resume(injection, 0);
}

bool inject_is_allowed(struct injection *injection, long nr, const uint64_t args[static 6])
{
	if (filter_chain_allows(injection->filters, nr, args, injection->registers.rip))
		return true;
	debug(fast, "%d: a filter of the program denies call %ld", (int)injection->tid, nr);
	injection->is_denied = true;
	return false;
}

int64_t inject_call(struct injection *injection, long nr, const uint64_t args[static 6])
{
	struct user_regs_struct registers;
	int64_t result;

	if (!inject_is_allowed(injection, nr, args))
		return injection->has_failed ? -ESRCH : -EPERM;
	if (injection->is_away && !injection->has_failed)
		step_back(injection);
	if (injection->has_failed)
		return -ESRCH;
	inject_start_call(injection, nr, args);
	if (!await(injection) ||
	    ptrace_try(PTRACE_GETREGS, injection->tid, 0, (uintptr_t)&registers) < 0)
		return -ESRCH;
	result = (int64_t)registers.rax;
	debug(fast, "%d: injected call %ld: %lld", (int)injection->tid, nr, (long long)result);
	injection->is_away = true;
	return result;
}

/*
 * The call after the code raises SIGSYS. If the thread blocked this signal, the kernel would change
 * the signal's action (force_sig_info_to_task() in kernel/signal.c).
 */
static void dispatch_code(struct injection *injection, uint64_t return_addr)
{
	set_signal_mask(injection, ~(1ull << (SIGSYS - 1)));
	user_dispatch_set(injection->tid, NULL, return_addr, return_addr);
}

bool inject_code(struct injection *injection, uint64_t addr, uint64_t return_addr,
		 struct user_regs_struct *registers)
{
	if (injection->has_failed)
		return false;
	/*
	 * The thread is at the exit of an injected call, or at the entry of the program's call,
	 * which is skipped.
	 */
	registers->rip = addr;
	registers->orig_rax = (unsigned long long)-1;
	injection->is_away = true;
	injection->goal = INJECTION_CODE;
	injection->size = registers->rsi;
	set_registers(injection, registers);
	if (is_without_filter)
		dispatch_code(injection, return_addr);
	inject_resume(injection, 0);
	if (!await(injection))
		return false;
	if (is_without_filter) {
		user_dispatch_clear(injection->tid, NULL);
		return ptrace_try(PTRACE_GETREGS, injection->tid, 0, (uintptr_t)registers) == 0;
	}
	/*
	 * Any stop before a call will do. The registers say which call the thread makes, and where
	 * it continues. The filter's answer to the new call is "trace" again, which does not cause
	 * another stop (kernel/seccomp.c, recheck_after_trace).
	 */
	injection->is_away = false;
	return ptrace_try(PTRACE_GETREGS, injection->tid, 0, (uintptr_t)registers) == 0;
}

void inject_restore(struct injection *injection)
{
	set_signal_mask(injection, injection->signal_mask);
	/*
	 * Compare the registers with those of the entry. Only those that the kernel itself changes
	 * may differ.
	 */
	if (!injection->has_failed)
		set_registers(injection, &injection->registers);
	if (injection->was_stopped)
		ptrace_try(PTRACE_INTERRUPT, injection->tid, 0, 0);
}

bool inject_end(struct injection *injection)
{
	if (injection->is_away && !injection->has_failed &&
	    (injection->ends_at_entry || !is_without_filter))
		step_back(injection);
	if (injection->is_late)
		return false;
	inject_restore(injection);
	return !injection->has_failed;
}
