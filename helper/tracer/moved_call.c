/* SPDX-License-Identifier: MIT */
/*
 * A moved call changes no register of the thread that an ordinary system call leaves unchanged.
 */
#include "helper/tracer/moved_call.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/user.h>

#include "helper/base/debug.h"
#include "helper/count/call_kind.h"
#include "helper/trace/ptrace.h"
#include "helper/trace/remote_memory.h"
#include "helper/trace/restart_code.h"
#include "scprof/gate.h"

#define NO_CALL			  ((unsigned long long)-1)
#define TRAP_FLAG		  0x100
#define SET_SYSCALL_USER_DISPATCH 59 /* <linux/prctl.h> of 5.11 */
#define TRAPPED_BY_FILTER	  1  /* SYS_SECCOMP of <asm-generic/siginfo.h> */
#define RETURN_OFFSET		  (AREA_REGISTERS + AREA_RETURN * sizeof(uint64_t))

/*
 * Returns true if the call does not wait for anything outside of the process, and does not stop the
 * kernel from making later calls in the gate.
 */
static bool is_movable(const struct call *call)
{
	switch (call_kind(call->abi, call->nr)) {
	case CALL_MMAP:
	case CALL_MPROTECT:
	case CALL_MUNMAP:
	case CALL_MREMAP:
	case CALL_MADVISE:
	case CALL_ARCH_PRCTL:
	case CALL_ENDING:
	case CALL_CLONE:
	case CALL_CLONE3:
	case CALL_FORK:
	case CALL_VFORK:
	case CALL_EXEC:
		return true;
	case CALL_PRCTL:
		return (uint32_t)call->args[0] != PR_SET_SECCOMP &&
		       (uint32_t)call->args[0] != SET_SYSCALL_USER_DISPATCH;
	default:
		return false;
	}
}

/*
 * A child may stop before its parent has reported it. The helper then reads in the child's memory
 * where the child must continue, which is not permitted if the program is not dumpable.
 */
static bool can_find_child(const struct tracee *tracee)
{
	uint64_t word;

	return !call_kind_makes_child(call_kind(tracee->call.abi, tracee->call.nr)) ||
	       remote_memory_word(tracee->tid, tracee->gate->area_addr + RETURN_OFFSET, &word);
}

static bool may_move(const struct tracee *tracee)
{
	const struct fast_space *fast = tracee->process->space->fast;

	return tracee->is_before_call && !tracee->call.refusal && tracee->is_dispatched &&
	       tracee->gate->area && fast->has_gate && !fast->is_refused &&
	       !tracee->has_own_filter && !tracee->filters && !tracee->awaits_mark &&
	       !tracee->hold.is_on && !tracee->hold.has_just_ended &&
	       /* The second SIGSYS would reset the action, as the first one does. */
	       !tracee->process->sigsys_handler && tracee->call.abi == SYSCALL_ABI_X86_64 &&
	       is_movable(&tracee->call) && can_find_child(tracee);
}

bool moved_call_begin(struct tracee *tracee)
{
	struct user_regs_struct registers;

	if (!may_move(tracee) ||
	    ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0 ||
	    /* A program that steps itself would see the gate. */
	    registers.eflags & TRAP_FLAG)
		return false;
	tracee->moved_ip = registers.rip;
	tracee->gate->area->registers[AREA_RETURN] = registers.rip;
	tracee->is_before_call = false;
	registers.rax = registers.orig_rax;
	registers.orig_rax = NO_CALL;
	registers.rip = gate_addr(gate_moved);
	debug(call, "%d: its call is moved", (int)tracee->tid);
	return ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers) == 0;
}

bool moved_call_is_over(const struct tracee *tracee, int signal)
{
	struct user_regs_struct registers;

	return signal == SIGSYS &&
	       ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) == 0 &&
	       registers.rip == gate_addr(gate_moved_end);
}

/*
 * If a filter has trapped the call, the program's SIGSYS handler must see the program's call site
 * and not the gate's.
 */
static void show_site(const struct tracee *tracee)
{
	siginfo_t info;

	if (ptrace_try(PTRACE_GETSIGINFO, tracee->tid, 0, (uintptr_t)&info) < 0 ||
	    info.si_signo != SIGSYS || info.si_code != TRAPPED_BY_FILTER)
		return;
	info.si_call_addr = (void *)(uintptr_t)tracee->moved_ip;
	ptrace_try(PTRACE_SETSIGINFO, tracee->tid, 0, (uintptr_t)&info);
}

static void set_ip(const struct tracee *tracee, struct user_regs_struct *registers, uint64_t ip)
{
	registers->rip = ip;
	registers->rcx = ip; /* as after a system call */
	ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)registers);
}

int64_t moved_call_end(struct tracee *tracee)
{
	struct user_regs_struct registers;
	int64_t result = -RESTART_NOINTR;

	if (ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) == 0) {
		if (registers.rip == gate_addr(gate_moved)) {
			/* The kernel restarts the call. */
			registers.orig_rax = registers.rax;
			registers.rax = (unsigned long long)-RESTART_NOINTR;
		} else if (registers.rip == gate_addr(gate_moved_end)) {
			/*
			 * The instruction that raised SIGSYS is not a call of the program, so the
			 * kernel must not restart it.
			 */
			registers.orig_rax = NO_CALL;
		} else {
			show_site(tracee);
		}
		result = (int64_t)registers.rax;
		set_ip(tracee, &registers, tracee->moved_ip);
	}
	tracee->moved_ip = 0;
	return result;
}

void moved_call_end_early(struct tracee *tracee)
{
	struct user_regs_struct registers;

	if (tracee->moved_ip &&
	    ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) == 0)
		set_ip(tracee, &registers, tracee->moved_ip);
	tracee->moved_ip = 0;
}

void moved_call_see_birth(struct tracee *child, const struct tracee *parent)
{
	if (!child->has_stopped)
		child->birth_ip = parent->moved_ip;
}

/*
 * If the parent's stop has not been handled yet, birth_ip is 0. But then the parent has not
 * continued, or it was killed. So the area of the parent, which the child shares or has a copy of,
 * still contains the address.
 */
void moved_call_see_child(struct tracee *child)
{
	struct user_regs_struct registers;
	uint64_t ip = child->birth_ip;

	child->birth_ip = 0;
	if (ptrace_try(PTRACE_GETREGS, child->tid, 0, (uintptr_t)&registers) < 0 ||
	    registers.rip != gate_addr(gate_moved_return))
		return;
	if (ip || remote_memory_word(child->tid, registers.gs_base + RETURN_OFFSET, &ip))
		set_ip(child, &registers, ip);
}
