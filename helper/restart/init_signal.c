/* SPDX-License-Identifier: MIT */
/*
 * The init process of a pid namespace gets no signal whose action is the default (kernel:
 * SIGNAL_UNKILLABLE, get_signal() in kernel/signal.c). Two rules differ while it is traced:
 *
 * - A fault kills it, because the kernel removes the protection when it forces the signal. But the
 *   kernel keeps the protection of a traced process ("users won't expect debugging to leave init
 *   killable", force_sig_info_to_task()). It drops the signal, the instruction faults again, and so
 *   on for ever. So the helper detaches before that.
 * - The kernel drops SIGSTOP from within the namespace at once. But it queues all signals for a
 *   traced process, and does not drop SIGSTOP later. So the helper drops it.
 */
#include "helper/restart/init_signal.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>

#include "helper/base/debug.h"
#include "helper/space/tracee.h"
#include "helper/trace/ptrace.h"
#include "helper/trace/remote_memory.h"
#include "helper/trace/signal_action.h"

#define SIGNAL_SET_SIZE 8 /* the kernel's */
#define SYSCALL_SIZE	2
#define NO_CALL		((unsigned long long)-1)
#define LONGEST_TRAP	2
#define INT3		0xcc
#define ICEBP		0xf1
#define INT_IMMEDIATE	0xcd

/*
 * "NStgid:        4711    1": a process has an id in each namespace. The last id is the one in its
 * own namespace.
 */
static bool is_init(struct process *process)
{
	char path[64], line[256];
	FILE *file;

	if (process->is_init_asked)
		return process->is_init;
	snprintf(path, sizeof(path), "/proc/%d/status", (int)process->tgid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		const char *last = strrchr(line, '\t');

		if (strncmp(line, "NStgid:", 7) == 0)
			process->is_init = last && atoi(last) == 1;
	}
	if (file)
		fclose(file);
	process->is_init_asked = true;
	return process->is_init;
}

static bool get_info(const struct tracee *tracee, siginfo_t *info)
{
	return ptrace_try(PTRACE_GETSIGINFO, tracee->tid, 0, (uintptr_t)info) == 0;
}

/*
 * A sender in an outer namespace has the id 0 here. Its signals count, and so do signals of the
 * kernel.
 */
bool init_signal_is_unheard(const struct tracee *tracee, int signal)
{
	siginfo_t info;

	return signal == SIGSTOP && is_init(tracee->process) && get_info(tracee, &info) &&
	       info.si_code <= 0 && info.si_pid != 0;
}

bool init_signal_is_shielded(const struct tracee *tracee, int signal)
{
	return signal != SIGKILL && signal != SIGSTOP && is_init(tracee->process) &&
	       !signal_action_is_caught(tracee->tid, signal);
}

static bool is_kind_of_fault(int signal)
{
	return signal == SIGSEGV || signal == SIGBUS || signal == SIGILL || signal == SIGFPE ||
	       signal == SIGTRAP || signal == SIGSYS;
}

/*
 * A program can send itself a signal that looks like a fault, but only by a call, from which it is
 * returning then.
 */
static bool is_forced(const struct tracee *tracee, const siginfo_t *info)
{
	struct user_regs_struct registers;

	return info->si_code > 0 &&
	       ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) == 0 &&
	       (registers.orig_rax == NO_CALL || registers.orig_rax == SYS_rt_sigreturn ||
		info->si_signo == SIGSYS);
}

bool init_signal_is_deadly(const struct tracee *tracee, int signal)
{
	siginfo_t info;

	return is_kind_of_fault(signal) && is_init(tracee->process) && get_info(tracee, &info) &&
	       is_forced(tracee, &info) && !signal_action_is_caught(tracee->tid, signal);
}

/*
 * Returns the size of the trap instruction before @ip, or 0. Execution continues after a trap, but
 * at a fault.
 */
static unsigned int trap_size(pid_t tid, uint64_t ip)
{
	uint8_t code[LONGEST_TRAP];

	if (remote_memory_read(tid, ip - LONGEST_TRAP, code, sizeof(code)) != sizeof(code))
		return 0;
	if (code[1] == INT3 || code[1] == ICEBP)
		return 1;
	return code[0] == INT_IMMEDIATE ? LONGEST_TRAP : 0;
}

/* Moves the thread back to the instruction that caused the signal. */
static void step_back(const struct tracee *tracee, int signal)
{
	struct user_regs_struct registers;

	if (ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return;
	if (registers.orig_rax != NO_CALL) {
		registers.rip -= SYSCALL_SIZE;
		registers.rax = registers.orig_rax;
		registers.orig_rax = NO_CALL;
	} else if (signal == SIGTRAP) {
		registers.rip -= trap_size(tracee->tid, registers.rip);
	}
	ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
}

void init_signal_let_die(const struct tracee *tracee, int signal)
{
	const uint64_t all = ~0ull;

	debug(tracer, "%d is an init process and dies of signal %d", (int)tracee->tid, signal);
	step_back(tracee, signal);
	/* No other signal may arrive first. A fault is delivered even if its signal is blocked. */
	ptrace_try(PTRACE_SETSIGMASK, tracee->tid, SIGNAL_SET_SIZE, (uintptr_t)&all);
	ptrace_try(PTRACE_DETACH, tracee->tid, 0, 0);
}
