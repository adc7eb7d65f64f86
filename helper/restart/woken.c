/* SPDX-License-Identifier: MIT */
/*
 * When a call returns -ERESTARTNOHAND, the kernel restarts it; if it runs a signal handler first,
 * the call fails with EINTR (kernel/signal.c of each architecture). So the helper replaces -EINTR
 * by -ERESTARTNOHAND.
 */
#include "helper/restart/woken.h"

#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>

#include "helper/base/clock.h"
#include "helper/base/debug.h"
#include "helper/base/run.h"
#include "helper/count/call_kind.h"
#include "helper/count/call_time.h"
#include "helper/count/count.h"
#include "helper/restart/init_signal.h"
#include "helper/restart/interrupted.h"
#include "helper/restart/timeout.h"
#include "helper/restart/transfer.h"
#include "helper/restart/transfer_part.h"
#include "helper/space/fast_site.h"
#include "helper/trace/deadline.h"
#include "helper/trace/ptrace.h"
#include "helper/trace/restart_code.h"
#include "helper/trace/signal_action.h"

#define CODE_SEGMENT_64		 0x33
#define SIGNAL_SET_SIZE		 8 /* the kernel's */
#define SYSCALL_INSTRUCTION_SIZE 2
/* Time from one thread's wake-up to another thread's stop for the same signal, at most. */
#define LATE_NS 20000000u

static bool read_registers(const struct tracee *tracee, struct user_regs_struct *registers)
{
	return ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)registers) == 0;
}

static void write_registers(const struct tracee *tracee, struct user_regs_struct *registers)
{
	ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)registers);
}

static bool has_result(const struct user_regs_struct *registers, int result)
{
	/*
	 * The result of an i386 call may have 32 bits. The number is negative if the thread is not
	 * in a call.
	 */
	return (int32_t)registers->rax == result && (int32_t)registers->orig_rax >= 0;
}

/*
 * Returns true if rt_sigtimedwait has taken a signal that the thread does not block and the process
 * ignores. Without a tracer, the kernel would not have queued this signal.
 */
static bool has_taken_ignored(const struct tracee *tracee, int64_t result)
{
	uint64_t mask;

	if (result <= 0 || result > 64 ||
	    call_kind(tracee->call.abi, tracee->call.nr) != CALL_SIGTIMEDWAIT ||
	    ptrace_try(PTRACE_GETSIGMASK, tracee->tid, SIGNAL_SET_SIZE, (uintptr_t)&mask) < 0)
		return false;
	return !(mask >> (result - 1) & 1) && signal_action_is_ignored(tracee->tid, (int)result);
}

bool woken_is_ignored(const struct tracee *tracee, int signal)
{
	return !signal || signal_action_is_ignored(tracee->tid, signal) ||
	       init_signal_is_shielded(tracee, signal);
}

bool woken_may_repeat(const struct call *call)
{
	enum call_kind kind = call_kind(call->abi, call->nr);

	/*
	 * close has closed the file even if it fails. The result of sigreturn belongs to another
	 * call.
	 */
	return kind != CALL_CLOSE && kind != CALL_SIGRETURN && kind != CALL_EXEC;
}

/*
 * The first stop of any kind ends a PTRACE_INTERRUPT. So the stop may not show that the deadline
 * has passed.
 */
int64_t woken_end_in_time(const struct tracee *tracee, int64_t result)
{
	const struct call *call = &tracee->call;
	struct user_regs_struct registers;

	if (!call->deadline_ns || (result != -EINTR && result != -RESTART_NOHAND) ||
	    clock_now_ns() < call->deadline_ns || !read_registers(tracee, &registers))
		return result;
	registers.rax = (unsigned long long)call->timeout_result;
	write_registers(tracee, &registers);
	return call->timeout_result;
}

void woken_note_signal(struct tracee *tracee, int signal)
{
	if (signal > 0 && signal < TRACEE_NR_SIGNALS)
		tracee->process->signal_ns[signal] = clock_now_ns();
}

bool woken_by_taken_signal(const struct tracee *tracee, uint64_t entry_ns)
{
	const uint64_t *signal_ns = tracee->process->signal_ns;

	/* SIGCONT wakes each traced thread, even if it has a handler. */
	for (int signal = 1; signal < TRACEE_NR_SIGNALS; signal++)
		if (signal_ns[signal] && signal_ns[signal] + LATE_NS >= entry_ns &&
		    (signal == SIGCONT || woken_is_ignored(tracee, signal)))
			return true;
	return false;
}

bool woken_hold(struct tracee *tracee, int64_t result)
{
	const struct call *call = &tracee->call;

	if (transfer_part_is_missing(tracee, call, result)) {
		/* Perhaps a signal is the reason. */
	} else if (has_taken_ignored(tracee, result)) {
		/*
		 * No signal is pending now, so this causes the next stop, at which the call can be
		 * restarted.
		 */
		ptrace_try(PTRACE_INTERRUPT, tracee->tid, 0, 0);
	} else if (result != -EINTR && !(result == -RESTART_NOHAND && timeout_begins_again(call))) {
		return false;
	}
	if (!woken_may_repeat(call))
		return false;
	/*
	 * If no signal follows, this causes a stop. The helper may have seen more signals of other
	 * threads by then.
	 */
	tracee->woken.is_asked = result == -EINTR || woken_by_taken_signal(tracee, call->entry_ns);
	if (tracee->woken.is_asked)
		ptrace_try(PTRACE_INTERRUPT, tracee->tid, 0, 0);
	tracee->woken.is_open = true;
	tracee->woken.result = result;
	return true;
}

static void count(struct run *run, struct tracee *tracee, int64_t result)
{
	if (tracee->call.is_counted)
		count_call(run, tracee, &tracee->call, result, tracee->call.elapsed_ns);
}

void woken_settle(struct run *run, struct tracee *tracee)
{
	if (!tracee->woken.is_open)
		return;
	tracee->woken.is_open = false;
	if (restart_code_is(tracee->woken.result) && !tracee->call.is_outside)
		interrupted_keep(run, tracee);
	else
		count(run, tracee, tracee->woken.result);
}

/* Finds the deadline and the timeout result of a call that is about to be restarted. */
static void find_deadline(const struct tracee *tracee, struct call *call)
{
	uint64_t ns;

	if (call->has_timeout)
		return;
	call->has_timeout = true;
	if (timeout_of_call(tracee, call, &ns, &call->timeout_result))
		call->deadline_ns = call->begin_ns + ns;
}

void woken_make_again(struct run *run, struct tracee *tracee, struct user_regs_struct *registers)
{
	struct call *call = &tracee->call;

	find_deadline(tracee, call);
	tracee->woken.is_open = false;
	if (call->deadline_ns && clock_now_ns() >= call->deadline_ns) {
		registers->rax = (unsigned long long)call->timeout_result;
		count(run, tracee, call->timeout_result);
	} else if (call->is_outside) {
		registers->rax = (unsigned long long)-RESTART_NOHAND;
		call->is_active = true;
		call_time_begin(tracee);
	} else {
		registers->rax = (unsigned long long)-RESTART_NOHAND;
		interrupted_keep(run, tracee);
		tracee->woken.is_again = true;
	}
	debug(call, "%d: %s was woken in vain: %lld", (int)tracee->tid,
	      syscall_name(call->abi, call->nr), (long long)registers->rax);
}

bool woken_continue(struct tracee *tracee, struct user_regs_struct *registers)
{
	struct call *call = &tracee->call;

	if (!transfer_part_is_missing(tracee, call, (int64_t)registers->rax))
		return false;
	if (transfer_part_has_timeout(tracee, call))
		find_deadline(tracee, call);
	return (!call->deadline_ns || clock_now_ns() < call->deadline_ns) &&
	       transfer_continue(tracee, registers);
}

static void make_open_again(struct run *run, struct tracee *tracee)
{
	struct user_regs_struct registers;

	if (!read_registers(tracee, &registers) || (int32_t)registers.orig_rax < 0 ||
	    (int64_t)(int32_t)registers.rax != tracee->woken.result) {
		woken_settle(run, tracee);
		return;
	}
	if (woken_continue(tracee, &registers)) {
		tracee->woken.is_open = false;
		write_registers(tracee, &registers);
		return;
	}
	if (transfer_part_is_missing(tracee, &tracee->call, tracee->woken.result)) {
		woken_settle(run, tracee);
		return;
	}
	woken_make_again(run, tracee, &registers);
	write_registers(tracee, &registers);
	if (tracee->call.site_ip)
		fast_site_exit(tracee, (int64_t)registers.rax);
}

/*
 * Returns true if the filter lets this call pass without a stop, so that the helper has not seen
 * it.
 */
static bool is_outside(const struct run *run, const struct user_regs_struct *registers)
{
	return run->has_unseen_calls && !syscall_set_is_full(&run->settings.trace) &&
	       !syscall_set_has(&run->settings.trace, SYSCALL_ABI_X86_64,
				(uint32_t)registers->orig_rax);
}

/*
 * The arguments are still in the registers. The profile does not count this call. Its start is not
 * known.
 */
static void note_outside(struct tracee *tracee, const struct user_regs_struct *registers)
{
	tracee->call = (struct call){
		.abi = SYSCALL_ABI_X86_64,
		.nr = (uint32_t)registers->orig_rax,
		.args = { registers->rdi, registers->rsi, registers->rdx, registers->r10,
			  registers->r8, registers->r9 },
		.ip = registers->rip,
		.sp = registers->rsp,
		.begin_ns = clock_now_ns(),
	};
}

/* The thread returns from a 64-bit call. Returns false if the call is not to be restarted. */
static bool restart_outside(struct run *run, struct tracee *tracee,
			    struct user_regs_struct *registers)
{
	struct call *call = &tracee->call;

	note_outside(tracee, registers);
	if (!has_result(registers, -EINTR) &&
	    !(has_result(registers, -RESTART_NOHAND) && timeout_begins_again(call)))
		return woken_continue(tracee, registers);
	call->is_outside = true;
	woken_make_again(run, tracee, registers);
	return true;
}

/*
 * Restarts a call that the helper has not seen. From now on the thread stops at the end of the
 * call: else its timeout would begin again with each signal. The call takes twice its timeout at
 * most.
 */
static void make_outside_again(struct run *run, struct tracee *tracee)
{
	struct user_regs_struct registers;

	if (syscall_set_is_full(&run->settings.trace) || !read_registers(tracee, &registers) ||
	    (int32_t)registers.orig_rax < 0 || !is_outside(run, &registers) ||
	    registers.rsp == tracee->woken.stopped_sp)
		return;
	if (registers.cs != CODE_SEGMENT_64) {
		if (!has_result(&registers, -EINTR))
			return;
		registers.rax = (unsigned long long)-RESTART_NOHAND;
	} else if (!restart_outside(run, tracee, &registers)) {
		return;
	}
	write_registers(tracee, &registers);
}

/* Returns true if the kernel is about to restart a call that make_outside_again has restarted. */
static bool is_outside_again(const struct tracee *tracee)
{
	return tracee->call.is_active && tracee->call.is_outside;
}

static void forget_outside(struct tracee *tracee)
{
	tracee->call.is_active = false;
	deadline_drop(tracee->tid);
}

/*
 * A signal with a handler, or a group-stop, may come when the kernel has already set the registers
 * for the restart. Without the restart, the thread would still have been in the call. So the call
 * fails with EINTR.
 */
static void fail_before_restart(struct run *run, struct tracee *tracee)
{
	const bool is_outside = tracee->call.is_outside;
	struct user_regs_struct registers;

	if ((!is_outside && !tracee->nr_interrupted) || !read_registers(tracee, &registers) ||
	    !interrupted_is_at(tracee, &tracee->call, &registers))
		return;
	registers.rip += SYSCALL_INSTRUCTION_SIZE;
	registers.rax = (unsigned long long)-EINTR;
	registers.orig_rax = (unsigned long long)-1; /* the kernel must not restart a call */
	write_registers(tracee, &registers);
	if (tracee->call.site_ip)
		fast_site_exit(tracee, -EINTR);
	if (!is_outside)
		interrupted_finish(run, tracee);
}

void woken_see_signal(struct run *run, struct tracee *tracee, int signal)
{
	if (is_outside_again(tracee)) {
		/* The handler runs before the restart, so the call fails with EINTR. */
		if (signal_action_is_caught(tracee->tid, signal)) {
			forget_outside(tracee);
			fail_before_restart(run, tracee);
		}
	} else if (tracee->transfer) {
		if (!woken_is_ignored(tracee, signal))
			transfer_stop(run, tracee);
	} else if (tracee->woken.is_open) {
		if (woken_is_ignored(tracee, signal))
			make_open_again(run, tracee);
		else
			woken_settle(run, tracee);
	} else if (tracee->woken.is_again) {
		if (signal_action_is_caught(tracee->tid, signal)) {
			tracee->woken.is_again = false;
			fail_before_restart(run, tracee);
		}
	} else if (!syscall_set_is_full(&run->settings.trace) && signal &&
		   woken_is_ignored(tracee, signal)) {
		make_outside_again(run, tracee);
	}
}

bool woken_is_repeating(const struct tracee *tracee)
{
	return tracee->transfer || is_outside_again(tracee);
}

void woken_see_event(struct run *run, struct tracee *tracee)
{
	if (woken_is_repeating(tracee))
		return;
	if (tracee->woken.is_open && tracee->woken.is_asked &&
	    !woken_by_taken_signal(tracee, tracee->call.entry_ns))
		return; /* A signal may still follow. */
	if (tracee->woken.is_open)
		make_open_again(run, tracee);
	else
		make_outside_again(run, tracee);
}

bool woken_end_open(struct run *run, struct tracee *tracee)
{
	const bool was_outside = is_outside_again(tracee);

	woken_settle(run, tracee);
	transfer_stop(run, tracee);
	if (was_outside)
		forget_outside(tracee);
	return was_outside;
}

void woken_see_group_stop(struct run *run, struct tracee *tracee, bool was_outside)
{
	struct user_regs_struct registers;

	if (!read_registers(tracee, &registers))
		return;
	tracee->woken.stopped_sp = registers.rsp;
	if (!tracee->woken.is_again && !was_outside)
		return;
	tracee->woken.is_again = false;
	if (!has_result(&registers, -RESTART_NOHAND)) {
		fail_before_restart(run, tracee);
		return;
	}
	/*
	 * For such a call the kernel itself uses this result, and restarts the call after a stop
	 * too.
	 */
	if (timeout_begins_again(&tracee->call))
		return;
	registers.rax = (unsigned long long)-EINTR;
	write_registers(tracee, &registers);
	if (!was_outside)
		interrupted_finish(run, tracee);
}
