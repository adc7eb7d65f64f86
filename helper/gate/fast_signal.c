/* SPDX-License-Identifier: MIT */
/*
 * Signals that interrupt a thread in a stub or in the gate. The program must see itself at its own
 * call site: before the call, or just after it. The helper sees every signal first. So it moves the
 * thread there, and finishes what the gate has begun.
 */
#include "helper/gate/fast_signal.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helper/base/clock.h"
#include "helper/base/debug.h"
#include "helper/base/run.h"
#include "helper/gate/area_teach.h"
#include "helper/gate/fast.h"
#include "helper/gate/fast_area.h"
#include "helper/gate/fast_end.h"
#include "helper/gate/fast_memory.h"
#include "helper/gate/fast_record.h"
#include "helper/gate/fast_stats.h"
#include "helper/gate/gate_position.h"
#include "helper/restart/interrupted.h"
#include "helper/restart/transfer_part.h"
#include "helper/restart/woken.h"
#include "helper/space/fast_site.h"
#include "helper/trace/ptrace.h"
#include "helper/trace/signal_action.h"
#include "scprof/gate.h"

#define NR_RESTART_SYSCALL 219
#define TRAPPED_BY_FILTER  1 /* SYS_SECCOMP of <asm-generic/siginfo.h> */

static bool is_in_gate(uint64_t ip)
{
	return ip >= GATE_ADDR && ip < GATE_ADDR + GATE_SIZE;
}

static bool is_at_padding(const struct fast_site *site, uint64_t ip)
{
	return site->site.shape == SITE_SHORT && ip == site->site.pad_addr;
}

/* Returns the site whose stub contains @ip, or whose padding jumps there, or NULL. */
static struct fast_site *stub_site(struct fast_space *fast, uint64_t ip)
{
	for (unsigned int i = 0; i < fast->nr_sites; i++) {
		struct fast_site *site = &fast->sites[i];
		if (site->is_patched &&
		    ((ip >= site->stub_addr && ip < site->stub_addr + FAST_STUB_SIZE) ||
		     is_at_padding(site, ip)))
			return site;
	}
	return NULL;
}

/* Restores the registers that the gate has saved. The caller sets rax and rip. */
static void restore_registers(struct thread_area *area, struct user_regs_struct *registers)
{
	const uint64_t *saved = area->registers;

	registers->rdx = saved[AREA_RDX];
	registers->rbx = saved[AREA_RBX];
	registers->rsi = saved[AREA_RSI];
	registers->rdi = saved[AREA_RDI];
	registers->rbp = saved[AREA_RBP];
	registers->rsp = saved[AREA_RSP];
	registers->r8 = saved[AREA_R8];
	registers->r9 = saved[AREA_R9];
	registers->r10 = saved[AREA_R10];
	registers->r12 = saved[AREA_R12];
	registers->r13 = saved[AREA_R13];
	registers->r14 = saved[AREA_R14];
	registers->r15 = saved[AREA_R15];
	area->phase = AREA_IDLE;
}

/*
 * Sets the flags as the gate would after a call with @result, or to the flags before a call that
 * was sent to the gate.
 */
static void restore_flags(struct thread_area *area, struct user_regs_struct *registers,
			  uint64_t result)
{
	if (!area || !fast_area_restore_flags(area, registers))
		fast_site_set_flags(registers, result);
}

static bool fails_with_eintr(const struct user_regs_struct *registers)
{
	return (int64_t)registers->rax == -EINTR;
}

/* Returns true if the call of the gate has done only a part. The area still has its arguments. */
static bool is_cut_short(const struct tracee *tracee, const struct user_regs_struct *registers)
{
	const uint64_t *saved = tracee->gate->area->registers;
	const struct call call = {
		.abi = SYSCALL_ABI_X86_64,
		.nr = (uint32_t)saved[AREA_RAX],
		.args = { saved[AREA_RDI], saved[AREA_RSI], saved[AREA_RDX], saved[AREA_R10],
			  saved[AREA_R8], saved[AREA_R9] },
	};

	return transfer_part_is_missing(tracee, &call, (int64_t)registers->rax);
}

/* Returns true if the call would have continued if the signal had no effect. */
static bool may_go_on(const struct tracee *tracee, const struct user_regs_struct *registers)
{
	return fails_with_eintr(registers) || is_cut_short(tracee, registers);
}

/*
 * The kernel has finished the call, so the helper counts it. If a signal interrupted it, the kernel
 * may restart it at the site's own instruction, where it is traced.
 */
static void leave_after_call(struct run *run, struct tracee *tracee,
			     struct user_regs_struct *registers, bool is_vain)
{
	struct thread_area *area = tracee->gate->area;
	struct area_call call;
	bool is_known;

	is_known = fast_identify_call(run, tracee, &call);
	tracee->call.begin_ns = clock_now_ns() - tracee->call.elapsed_ns;
	restore_registers(area, registers);
	registers->rip = area->registers[AREA_RETURN];
	if (area->effect)
		area_note_effect(area, registers->rax);
	if (is_known && is_vain && is_cut_short(tracee, registers)) {
		restore_flags(area, registers, registers->rax);
		if (!woken_continue(tracee, registers))
			interrupted_see_gate_call(run, tracee, (int64_t)registers->rax);
		return;
	}
	if (is_known && is_vain && fails_with_eintr(registers) && woken_may_repeat(&tracee->call))
		woken_make_again(run, tracee, registers);
	else if (is_known)
		interrupted_see_gate_call(run, tracee, (int64_t)registers->rax);
	restore_flags(area, registers, registers->rax);
}

/*
 * Moves the thread back before the call, to its traced instruction. rax has the number of the call
 * again.
 */
static void leave_before_call(struct tracee *tracee, struct user_regs_struct *registers)
{
	struct thread_area *area = tracee->gate->area;

	if (area && area->phase == AREA_BEFORE) {
		/* The kernel may be about to restart the call by restart_syscall. */
		if (registers->rip != gate_addr(gate_syscall) ||
		    registers->rax != NR_RESTART_SYSCALL)
			registers->rax = area->registers[AREA_RAX];
		restore_registers(area, registers);
		area->effect = AREA_NO_EFFECT;
		area->permitted_ticks = 0;
		registers->rip = area->registers[AREA_RETURN] - 2;
	} else {
		/*
		 * The registers are not saved yet, or all restored: only rcx, r11 and rax belong to
		 * the stub.
		 */
		registers->rip = registers->rcx - 2;
		if (area)
			area->permitted_ticks = 0;
	}
	/* Sets the flags as the gate does before a traced call. */
	restore_flags(area, registers, 0);
	tracee->gate->sent_back_sp = registers->rsp;
	/* The thread is not in a call, or no longer, so the kernel must not restart one. */
	registers->orig_rax = (unsigned long long)-1;
}

/*
 * When the call was made in the stub of a SITE_SHORT, a handler must see the thread at the site,
 * before or after the call. Without a handler, the thread stays in the stub, where a repeated call
 * is traced. After a handler, fast_site_see_sigreturn moves it there.
 */
static void show_site(const struct tracee *tracee, int signal, struct user_regs_struct *registers)
{
	struct fast_space *fast = tracee->process->space->fast;
	const struct fast_site *site = stub_site(fast, registers->rip);

	if (site && site->site.shape == SITE_SHORT && signal &&
	    signal_action_is_caught(tracee->tid, signal))
		registers->rip += site->ip - site->site.return_addr;
}

/*
 * The call has been made, and the gate is counting it or on its way out. The helper does the rest.
 * So it does not matter if the program has overwritten the area.
 */
static void leave_counted(struct run *run, struct tracee *tracee,
			  struct user_regs_struct *registers)
{
	struct thread_area *area = tracee->gate->area;
	const bool has_flags = registers->rip > gate_addr(gate_restore_flags) &&
			       registers->rip < gate_addr(gate_left);
	uint64_t result = registers->rax;

	if (!area || area->phase < AREA_AFTER) {
		/* Only the jump to rcx, or the compare before it, is left to do. */
		if (registers->rip == gate_addr(gate_leave))
			fast_site_set_flags(registers, result);
		registers->rip = registers->rcx;
		return;
	}
	if (registers->rip < gate_addr(gate_syscall) ||
	    registers->rip >= gate_addr(gate_has_result))
		result = area->result;
	if (area->phase == AREA_AFTER)
		fast_finish_call(run, tracee, (int64_t)result);
	if (area->effect)
		area_note_effect(area, result);
	restore_registers(area, registers);
	registers->rip = area->registers[AREA_RETURN];
	registers->rcx = registers->rip;
	registers->rax = result;
	if (has_flags && !area->registers[AREA_FLAGS])
		registers->eflags = registers->r11;
	else
		restore_flags(area, registers, result);
}

/*
 * Returns true for a fault, and false for a signal that was sent (si_code > 0: by the kernel,
 * sigaction(2)).
 */
static bool is_fault(const struct tracee *tracee, int signal)
{
	siginfo_t info;

	return (signal == SIGSEGV || signal == SIGBUS) &&
	       ptrace_try(PTRACE_GETSIGINFO, tracee->tid, 0, (uintptr_t)&info) == 0 &&
	       info.si_code > 0;
}

/*
 * Returns true if the gate has read a stack word that no longer exists. Then it just does not know
 * that stack.
 */
static bool is_own_fault(const struct tracee *tracee, int signal)
{
	return tracee->gate->area && tracee->gate->area->phase == AREA_BEFORE &&
	       is_fault(tracee, signal);
}

/*
 * Returns true if gs points to no memory at the gate's first instruction, because the program has
 * changed gs.
 */
static bool is_gs_fault(const struct tracee *tracee, const struct user_regs_struct *registers,
			int signal)
{
	return registers->rip == gate_addr(gate_entry) && is_fault(tracee, signal);
}

/* Makes all calls of the thread traced from now on: the gate does not count if is_active is 0. */
static void stop_counting(struct run *run, struct tracee *tracee)
{
	if (!tracee->gate->area)
		return;
	tracee->gate->area->is_active = 0;
	fast_area_see_overwritten(run, tracee, "a fault after a call");
}

/* Returns true if the gate has already made the call at @ip, so that it must not be repeated. */
static bool is_counted_call(const struct tracee *tracee, uint64_t ip)
{
	return (tracee->gate->area && tracee->gate->area->phase >= AREA_AFTER) ||
	       (ip >= gate_addr(gate_leave) && ip < gate_addr(gate_left));
}

/*
 * Returns true if another thread has executed the breakpoint with which a patch begins. It tries
 * again, because the patch is complete by now.
 */
static bool is_patch_breakpoint(struct fast_space *fast, struct user_regs_struct *registers)
{
	for (unsigned int i = 0; i < fast->nr_sites; i++) {
		if (fast->sites[i].is_patched &&
		    registers->rip == fast->sites[i].site.patch_addr + 1) {
			registers->rip--;
			return true;
		}
	}
	return false;
}

/* Returns true if a filter of the program has answered a call with SECCOMP_RET_TRAP. */
static bool is_trap(const struct tracee *tracee, int signal, siginfo_t *info)
{
	return signal == SIGSYS &&
	       ptrace_try(PTRACE_GETSIGINFO, tracee->tid, 0, (uintptr_t)info) == 0 &&
	       info->si_code == TRAPPED_BY_FILTER;
}

/* The same for a call that the gate has made. The program must see the signal at its call site. */
static bool is_trapped_in_gate(const struct tracee *tracee, int signal,
			       const struct user_regs_struct *registers)
{
	siginfo_t info;

	return gate_position_is_call(registers->rip) && tracee->gate->area &&
	       is_trap(tracee, signal, &info);
}

void fast_show_trap(struct tracee *tracee, int signal)
{
	struct user_regs_struct registers;
	const struct fast_site *site;
	siginfo_t info;

	if (!is_trap(tracee, signal, &info) ||
	    ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return;
	site = fast_space_find_site(tracee->process->space->fast, registers.rip);
	if (!site)
		return;
	registers.rip = site->ip;
	info.si_call_addr = (void *)(uintptr_t)site->ip;
	ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
	ptrace_try(PTRACE_SETSIGINFO, tracee->tid, 0, (uintptr_t)&info);
}

bool fast_wake_in_gate(struct run *run, struct tracee *tracee, bool is_group_stop)
{
	struct user_regs_struct registers;

	if (!tracee->gate->area ||
	    ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0 ||
	    !gate_position_has_returned(&registers) || !may_go_on(tracee, &registers))
		return false;
	leave_after_call(run, tracee, &registers, !is_group_stop);
	ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
	return true;
}

void fast_repeat_woken(struct run *run, struct tracee *tracee)
{
	struct thread_area *area = tracee->gate->area;
	struct user_regs_struct registers;
	uint64_t entry_ns;

	if (!area || area->phase != AREA_BEFORE ||
	    ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0 ||
	    registers.rip != gate_addr(gate_woken_return))
		return;
	entry_ns = clock_now_ns() -
		   fast_area_ns(__builtin_ia32_rdtsc() - AREA_LOAD(area->start_ticks));
	if (!woken_by_taken_signal(tracee, entry_ns))
		return;
	registers.rax = (unsigned long long)-EINTR;
	leave_after_call(run, tracee, &registers, true);
	/*
	 * The kernel restarts the call where it checks for signals, so that a signal with a handler
	 * can still interrupt it.
	 */
	registers.orig_rax = area->registers[AREA_RAX];
	ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
	ptrace_try(PTRACE_INTERRUPT, tracee->tid, 0, 0);
}

/*
 * Returns true if @signal is the trap after an instruction of a program that steps itself
 * (sigaction(2)).
 */
static bool is_step(const struct tracee *tracee, int signal)
{
	siginfo_t info;

	return signal == SIGTRAP &&
	       ptrace_try(PTRACE_GETSIGINFO, tracee->tid, 0, (uintptr_t)&info) == 0 &&
	       info.si_code == TRAP_TRACE;
}

/*
 * The thread has executed the jump to the stub of a SITE_COPY, but not the copy. Returns the signal
 * to deliver. A step over the jump must end after the copy, or the program would step to the jump
 * for ever.
 */
static int leave_before_copy(const struct tracee *tracee, const struct fast_site *site, int signal,
			     struct user_regs_struct *registers)
{
	if (is_step(tracee, signal))
		return 0;
	registers->rip = site->site.patch_addr;
	return signal;
}

/*
 * Moves the thread to the traced call: a program that steps itself would never get past the patch.
 * Returns the signal to deliver.
 */
static int leave_stub(struct tracee *tracee, const struct fast_site *site, int signal,
		      struct user_regs_struct *registers)
{
	/* The stub of a SITE_SHORT also contains the way back from the call. */
	if (registers->rip == site->site.return_addr)
		return signal;
	if (site->site.shape == SITE_COPY && registers->rip == site->stub_addr)
		return leave_before_copy(tracee, site, signal, registers);
	if (site->site.shape == SITE_MOV)
		registers->rax = site->site.nr;
	registers->rip = site->site.syscall_addr;
	tracee->gate->sent_back_sp = registers->rsp;
	fast_site_set_flags(registers, 0);
	return signal;
}

int fast_before_signal(struct run *run, struct tracee *tracee, int signal)
{
	struct fast_space *fast = tracee->process->space->fast;
	struct user_regs_struct registers;
	struct fast_site *site;
	int delivered = signal;
	bool has_returned;

	if (!fast->has_gate ||
	    ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return signal;
	has_returned = tracee->gate->area && gate_position_has_returned(&registers);
	if (signal == SIGTRAP && is_patch_breakpoint(fast, &registers)) {
		delivered = 0;
	} else if ((site = stub_site(fast, registers.rip))) {
		delivered = leave_stub(tracee, site, signal, &registers);
	} else if (!is_in_gate(registers.rip)) {
		return signal;
	} else if (is_gs_fault(tracee, &registers, signal)) {
		fast_refuse(tracee->tid, fast, "the program uses gs");
		leave_before_call(tracee, &registers);
		delivered = 0;
	} else if (is_own_fault(tracee, signal)) {
		area_unlearn(tracee, tracee->gate->area->registers[AREA_RETURN],
			     tracee->gate->area->registers[AREA_RSP]);
		tracee->gate->area->stack_end = 0;
		fast_stats_mutable()->repaired++;
		leave_before_call(tracee, &registers);
		delivered = 0;
	} else if (is_trapped_in_gate(tracee, signal, &registers)) {
		leave_before_call(tracee, &registers);
		delivered = 0;
	} else if (has_returned) {
		leave_after_call(run, tracee, &registers,
				 may_go_on(tracee, &registers) && woken_is_ignored(tracee, signal));
	} else if (is_counted_call(tracee, registers.rip)) {
		if (is_fault(tracee, signal)) {
			/*
			 * The next call would fault as well, so the gate must not count for this
			 * thread any more.
			 */
			stop_counting(run, tracee);
			delivered = 0;
		}
		leave_counted(run, tracee, &registers);
	} else {
		leave_before_call(tracee, &registers);
	}
	show_site(tracee, delivered, &registers);
	debug(fast, "%d: signal %d in the gate, back to %llx", (int)tracee->tid, signal,
	      registers.rip);
	ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
	return delivered;
}
