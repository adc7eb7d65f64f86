/* SPDX-License-Identifier: MIT */
/*
 * force_sig_info_to_task() in kernel/signal.c forces the SIGSYS of a call. This file restores what
 * that changes.
 */
#include "helper/tracer/dispatch.h"

#include <linux/audit.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/user.h>

#include "helper/gate/fast.h"
#include "helper/gate/fast_memory.h"
#include "helper/gate/gate_position.h"
#include "helper/space/area_reader.h"
#include "helper/space/selector.h"
#include "helper/space/tracee_inject.h"
#include "helper/trace/ptrace.h"
#include "helper/trace/remote_memory.h"
#include "helper/trace/signal_action.h"
#include "helper/trace/user_dispatch.h"
#include "profile/syscall/syscall_name.h"
#include "scprof/gate.h"

#define SIGNAL_SET_SIZE	  8 /* the kernel's */
#define SIGSYS_BIT	  (1ull << (SIGSYS - 1))
#define SYSCALL_SIZE	  2
#define NO_CALL		  ((unsigned long long)-1)
#define SYS_USER_DISPATCH 2	       /* <asm-generic/siginfo.h>, from Linux 5.11 */
#define CLEAR_SIGHAND	  (1ull << 32) /* CLONE_CLEAR_SIGHAND of <linux/sched.h>, from Linux 5.5 */

/* Handlers in a process's action for SIGSYS. */
enum { DEFAULT_HANDLER = 0, IGNORING_HANDLER = 1 };

/* The kernel's struct sigaction. */
struct action {
	uint64_t handler;
	uint64_t flags;
	uint64_t restorer;
	uint64_t mask;
};

/* A place in the area for the action: the end of the gate's stack, which is not in use now. */
#define ACTION_OFFSET (AREA_STACK_TOP - sizeof(struct action))

bool dispatch_is_call(struct tracee *tracee, int signal)
{
	siginfo_t info;

	if (signal != SIGSYS || tracee->has_own_dispatch ||
	    ptrace_try(PTRACE_GETSIGINFO, tracee->tid, 0, (uintptr_t)&info) < 0 ||
	    info.si_code != SYS_USER_DISPATCH)
		return false;
	tracee->call_arch = info.si_arch;
	tracee->is_at_moved_end = (uintptr_t)info.si_call_addr == gate_addr(gate_moved_end);
	return true;
}

static bool read_mask(const struct tracee *tracee, uint64_t *mask)
{
	return ptrace_try(PTRACE_GETSIGMASK, tracee->tid, SIGNAL_SET_SIZE, (uintptr_t)mask) == 0;
}

/* The kernel has unblocked SIGSYS in the thread. Blocks it again. */
static void block_again(const struct tracee *tracee)
{
	uint64_t mask;

	if (!read_mask(tracee, &mask))
		return;
	mask |= SIGSYS_BIT;
	ptrace_try(PTRACE_SETSIGMASK, tracee->tid, SIGNAL_SET_SIZE, (uintptr_t)&mask);
}

/*
 * The kernel may have set the handler of SIGSYS to the default, and left the rest of the action. If
 * so, sets the handler again. Returns false if the thread is gone.
 */
static bool restore_handler(struct tracee *tracee, bool is_at_entry)
{
	const uint64_t addr = tracee->gate->area_addr + ACTION_OFFSET;
	struct action *action =
		(struct action *)(void *)((char *)tracee->gate->area + ACTION_OFFSET);
	const uint64_t get[6] = { SIGSYS, 0, addr, SIGNAL_SET_SIZE };
	const uint64_t set[6] = { SIGSYS, addr, 0, SIGNAL_SET_SIZE };
	struct injection injection;

	if (!tracee_inject(tracee, &injection))
		return false;
	injection.ends_at_entry = is_at_entry;
	if (inject_call(&injection, SYS_rt_sigaction, get) == 0 &&
	    action->handler == DEFAULT_HANDLER) {
		action->handler = tracee->process->sigsys_handler;
		inject_call(&injection, SYS_rt_sigaction, set);
	}
	return fast_memory_end_injection(tracee, tracee->process->space->fast, &injection);
}

bool dispatch_repeat(struct tracee *tracee, int signal)
{
	struct user_regs_struct registers;

	if (signal != SIGSYS || !tracee->is_dispatched || !tracee->gate->area ||
	    !AREA_LOAD(tracee->gate->area->blocks_sigsys) ||
	    ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0 ||
	    /* A call in the gate has unblocked the signal. */
	    gate_position_is_call(registers.rip))
		return false;
	registers.rip -= SYSCALL_SIZE;
	registers.rax = registers.orig_rax;
	registers.orig_rax = NO_CALL;
	block_again(tracee);
	user_dispatch_clear(tracee->tid, tracee->selector);
	tracee->is_dispatched = false;
	tracee->has_lost_handler = tracee->process->sigsys_handler != DEFAULT_HANDLER;
	ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
	ptrace_try(PTRACE_SYSCALL, tracee->tid, 0, SIGSYS);
	return true;
}

bool dispatch_see_entry(struct tracee *tracee)
{
	if (!tracee->has_lost_handler)
		return true;
	tracee->has_lost_handler = false;
	tracee->is_before_call = false;
	return restore_handler(tracee, true);
}

static void describe(const struct user_regs_struct *registers, uint32_t arch,
		     struct __ptrace_syscall_info *info)
{
	const bool is_64 = arch == AUDIT_ARCH_X86_64;
	const uint64_t args[6] = {
		is_64 ? registers->rdi : (uint32_t)registers->rbx,
		is_64 ? registers->rsi : (uint32_t)registers->rcx,
		is_64 ? registers->rdx : (uint32_t)registers->rdx,
		is_64 ? registers->r10 : (uint32_t)registers->rsi,
		is_64 ? registers->r8 : (uint32_t)registers->rdi,
		is_64 ? registers->r9 : (uint32_t)registers->rbp,
	};

	*info = (struct __ptrace_syscall_info){
		.op = PTRACE_SYSCALL_INFO_SECCOMP,
		.arch = arch,
		.instruction_pointer = registers->rip,
		.stack_pointer = registers->rsp,
	};
	info->entry.nr = is_64 ? registers->orig_rax : (uint32_t)registers->orig_rax;
	for (int i = 0; i < 6; i++)
		info->entry.args[i] = args[i];
}

/*
 * A `syscall` instruction has raised SIGSYS. Restores the signal mask. Returns true if the kernel
 * may have reset the action of SIGSYS.
 */
static bool restore_mask(const struct tracee *tracee)
{
	const uint64_t handler = tracee->process->sigsys_handler;
	const bool was_blocked = tracee->gate->area && AREA_LOAD(tracee->gate->area->blocks_sigsys);

	if (was_blocked)
		block_again(tracee);
	return tracee->gate->area && handler != DEFAULT_HANDLER &&
	       (handler == IGNORING_HANDLER || was_blocked);
}

bool dispatch_see_call(struct tracee *tracee, struct __ptrace_syscall_info *info,
		       struct user_regs_struct *registers)
{
	const bool has_lost_handler = restore_mask(tracee);

	tracee->is_before_call = true;
	if (ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)registers) < 0)
		return false;
	describe(registers, tracee->call_arch, info);
	return !has_lost_handler || restore_handler(tracee, false);
}

bool dispatch_see_moved_end(struct tracee *tracee)
{
	struct user_regs_struct registers;
	bool is_back;

	if (!restore_mask(tracee))
		return true;
	/*
	 * Another thread has set the action during the call. An injection changes rax, which has
	 * the result.
	 */
	if (ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return false;
	tracee->is_before_call = true;
	is_back = restore_handler(tracee, false);
	tracee->is_before_call = false;
	return is_back && ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers) == 0;
}

bool dispatch_enter(struct tracee *tracee)
{
	struct injection injection;

	if (!tracee_inject(tracee, &injection))
		return false;
	injection.ends_at_entry = true;
	return fast_memory_end_injection(tracee, tracee->process->space->fast, &injection);
}

static bool is_wanted(const struct tracee *tracee)
{
	const struct fast_space *fast = tracee->process->space->fast;

	return tracee->gate->area && (tracee->selector || !user_dispatch_is_by_prctl()) &&
	       fast->has_gate && !fast->is_refused && !tracee->call.is_active &&
	       !tracee->has_own_filter && !tracee->awaits_mark && !tracee->hold.is_on;
}

bool dispatch_resume(struct tracee *tracee, bool has_signal)
{
	uint64_t mask;

	if (tracee->moved_ip)
		return true;
	if (has_signal || !is_wanted(tracee)) {
		if (tracee->is_dispatched)
			user_dispatch_clear(tracee->tid, tracee->selector);
		tracee->is_dispatched = false;
		return false;
	}
	if (tracee->is_dispatched)
		return true;
	/* A call would reset the action, which other threads could notice. */
	if (!read_mask(tracee, &mask) ||
	    (mask & SIGSYS_BIT && tracee->process->sigsys_handler != DEFAULT_HANDLER))
		return false;
	tracee->gate->area->blocks_sigsys = (mask & SIGSYS_BIT) != 0;
	tracee->is_dispatched =
		user_dispatch_set(tracee->tid, tracee->selector, gate_addr(gate_syscall_return),
				  gate_addr(gate_moved_return));
	return tracee->is_dispatched;
}

/* From now on, each call of the thread stops, without dispatch. */
static void stop_each_call(struct tracee *tracee, void *unused)
{
	(void)unused;
	fast_see_own_filter(tracee);
}

/* For i386 and x32, which have other call numbers, and another layout of the action. */
static bool sets_action(const struct call *call)
{
	const char *name = syscall_name(call->abi, call->nr);

	return !strcmp(name, "rt_sigaction") || !strcmp(name, "sigaction") ||
	       !strcmp(name, "signal");
}

void dispatch_see_action(struct tracee *tracee)
{
	struct fast_space *fast = tracee->process->space->fast;
	const struct call *call = &tracee->call;
	uint64_t handler;

	if ((uint32_t)call->args[0] != SIGSYS)
		return;
	if (call->abi != SYSCALL_ABI_X86_64) {
		if (sets_action(call))
			tracee_for_each(tracee->process->space, stop_each_call, NULL);
		return;
	}
	if (call->nr != SYS_rt_sigaction)
		return;
	/* The kernel checks the same before it sets the action. */
	if (!call->args[1] || call->args[3] != SIGNAL_SET_SIZE ||
	    !remote_memory_word(tracee->tid, call->args[1], &handler))
		return;
	tracee->process->sigsys_handler = handler;
	if (handler != DEFAULT_HANDLER && !fast->handles_sigsys) {
		fast->handles_sigsys = true;
		fast_memory_write_code(tracee->tid, fast, tracee_layout(tracee));
	}
	/* Each call would make the kernel reset this action. */
	if (handler == IGNORING_HANDLER)
		tracee_for_each(tracee->process->space, stop_each_call, NULL);
}

void dispatch_see_root(struct tracee *root)
{
	if (signal_action_is_ignored(root->tid, SIGSYS))
		root->process->sigsys_handler = IGNORING_HANDLER;
	/* A preloaded program may have set a handler before, which the helper does not know. */
	root->has_own_filter = root->process->sigsys_handler == IGNORING_HANDLER ||
			       signal_action_is_caught(root->tid, SIGSYS);
}

void dispatch_see_exec(struct tracee *tracee)
{
	tracee->is_dispatched = false;
	selector_see_exec(tracee->process);
	if (tracee->process->sigsys_handler != IGNORING_HANDLER)
		tracee->process->sigsys_handler = DEFAULT_HANDLER;
}

void dispatch_see_birth(struct tracee *child, struct tracee *parent, uint64_t flags)
{
	if (flags & CLONE_THREAD)
		return;
	child->process->sigsys_handler = parent->process->sigsys_handler;
	if (flags & CLEAR_SIGHAND && child->process->sigsys_handler != IGNORING_HANDLER)
		child->process->sigsys_handler = DEFAULT_HANDLER;
	/* Two processes share their actions, but the helper keeps one record for each process. */
	if (flags & CLONE_SIGHAND)
		child->has_own_filter = true;
}
