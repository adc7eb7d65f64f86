/* SPDX-License-Identifier: MIT */
/*
 * Injected calls. At a seccomp stop the number and arguments can be changed, and "the filter is not
 * run anew for a tracer's choice" in a way that stops again (seccomp(2), SECCOMP_RET_TRACE). After
 * the exit the thread goes back over its syscall instruction, to the same stop.
 */
#include "helper/inject.h"

#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "helper/debug.h"
#include "helper/stop.h"
#include "helper/stop_queue.h"
#include "helper/tracer.h"

#define SYSCALL_SIZE	2
#define SIGNAL_SET_SIZE 8 /* the kernel's */

/*
 * Resumes for one stop of @wanted kind. SIGSTOP cannot be blocked: it is delivered, and the thread goes
 * on in spite of the group-stop, which it is told of again at the end.
 */
static bool await(struct injection *injection, int request, enum stop_kind wanted)
{
	int status, signal = 0;
	struct stop stop;

	for (;;) {
		tracer_ptrace(request, injection->tid, 0, (uintptr_t)signal);
		if (stop_queue_await(injection->tid, &status) != injection->tid)
			break;
		signal = 0;
		stop = stop_classify(status);
		if (stop.kind == wanted)
			return true;
		if (stop.kind == STOP_GROUP || stop.kind == STOP_NEW) {
			injection->was_stopped = true;
		} else if (stop.kind == STOP_SIGNAL && stop.signal == SIGSTOP) {
			signal = SIGSTOP;
		} else {
			stop_queue_push(injection->tid, status);
			break;
		}
	}
	injection->has_failed = true;
	return false;
}

static void set_registers(struct injection *injection, struct user_regs_struct *registers)
{
	if (tracer_ptrace(PTRACE_SETREGS, injection->tid, 0, (uintptr_t)registers) < 0)
		injection->has_failed = true;
}

static void set_signal_mask(struct injection *injection, uint64_t mask)
{
	tracer_ptrace(PTRACE_SETSIGMASK, injection->tid, SIGNAL_SET_SIZE, (uintptr_t)&mask);
}

bool inject_begin(struct injection *injection, pid_t tid)
{
	injection->tid = tid;
	injection->has_failed = false;
	injection->is_away = false;
	injection->was_stopped = false;
	if (tracer_ptrace(PTRACE_GETREGS, tid, 0, (uintptr_t)&injection->registers) < 0 ||
	    tracer_ptrace(PTRACE_GETSIGMASK, tid, SIGNAL_SET_SIZE,
			  (uintptr_t)&injection->signal_mask) < 0)
		return false;
	set_signal_mask(injection, ~0ull);
	return true;
}

/* Back over the instruction, to the seccomp stop of the program's own call. */
static void step_back(struct injection *injection)
{
	struct user_regs_struct registers = injection->registers;

	registers.rip -= SYSCALL_SIZE;
	registers.rax = registers.orig_rax;
	registers.orig_rax = (unsigned long long)-1; /* no restart on top of this */
	injection->is_away = false;
	set_registers(injection, &registers);
	await(injection, PTRACE_CONT, STOP_SECCOMP);
}

int64_t inject_call(struct injection *injection, long nr, const uint64_t args[static 6])
{
	struct user_regs_struct registers = injection->registers;
	int64_t result;

	if (injection->is_away && !injection->has_failed)
		step_back(injection);
	if (injection->has_failed)
		return -ESRCH;
	registers.orig_rax = (unsigned long long)nr;
	registers.rdi = args[0];
	registers.rsi = args[1];
	registers.rdx = args[2];
	registers.r10 = args[3];
	registers.r8 = args[4];
	registers.r9 = args[5];
	set_registers(injection, &registers);
	if (!await(injection, PTRACE_SYSCALL, STOP_SYSCALL) ||
	    tracer_ptrace(PTRACE_GETREGS, injection->tid, 0, (uintptr_t)&registers) < 0)
		return -ESRCH;
	result = (int64_t)registers.rax;
	debug(fast, "%d: injected call %ld: %lld", (int)injection->tid, nr, (long long)result);
	injection->is_away = true;
	return result;
}

bool inject_code(struct injection *injection, uint64_t addr, struct user_regs_struct *registers)
{
	if (injection->has_failed)
		return false;
	/* From the exit of an injected call, or the entry of the program's, which is not made. */
	registers->rip = addr;
	registers->orig_rax = (unsigned long long)-1;
	injection->is_away = true;
	set_registers(injection, registers);
	if (!await(injection, PTRACE_CONT, STOP_SECCOMP))
		return false;
	/*
	 * One stop before a call is as good as another: the registers say which call is made and where the
	 * thread goes on, and the filter's answer to the new ones is "trace" again, which is taken as it is
	 * (kernel/seccomp.c, recheck_after_trace).
	 */
	injection->is_away = false;
	return tracer_ptrace(PTRACE_GETREGS, injection->tid, 0, (uintptr_t)registers) == 0;
}

bool inject_end(struct injection *injection)
{
	if (injection->is_away && !injection->has_failed)
		step_back(injection);
	set_signal_mask(injection, injection->signal_mask);
	/* The registers are those of the entry; only what the kernel itself changes may differ. */
	if (!injection->has_failed)
		set_registers(injection, &injection->registers);
	if (injection->was_stopped)
		tracer_ptrace(PTRACE_INTERRUPT, injection->tid, 0, 0);
	return !injection->has_failed;
}
