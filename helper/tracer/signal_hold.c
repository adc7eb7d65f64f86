/* SPDX-License-Identifier: MIT */
/*
 * Holds signals. The helper blocks the signal and resumes the thread with it. Then the kernel makes
 * the signal pending again, with all its data ("If the (new) signal is now blocked, requeue it",
 * ptrace_signal() in kernel/signal.c). A timer does not fire again while its signal is pending. So
 * only expirations that the timer counts as overruns are lost.
 *
 * The program must not see the changed mask. So each call of the thread stops during a hold, also
 * in the fast engine. At the next stop the helper first restores the mask. A call that begins there
 * finds the signal pending, as if it had just arrived. If the thread makes no call, the helper
 * stops it after a moment.
 *
 * Without a tracer, a signal that the program ignores would not be pending. The helper keeps it
 * blocked until the thread makes a call that could show it.
 */
#include "helper/tracer/signal_hold.h"

#include <linux/audit.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>

#include "helper/base/clock.h"
#include "helper/base/debug.h"
#include "helper/count/call_kind.h"
#include "helper/gate/fast_area.h"
#include "helper/trace/ptrace.h"
#include "helper/trace/signal_action.h"

#define SIGNAL_SET_SIZE 8 /* the kernel's */
#define NO_CALL		((unsigned long long)-1)
#define FIRST_REALTIME	32 /* of the kernel; SIGRTMIN is that of libc */
#define REALTIME_MASK	(~0ull << (FIRST_REALTIME - 1))

/*
 * How long a hold lasts: as long as the last signal took, within these bounds; longer if that was
 * too short.
 */
#define SHORTEST_NS 50000u
#define LONG_NS	    500000u
#define LONGEST_NS  16000000u

/*
 * A thread that is still at the same instruction did not run, perhaps only because it had no CPU.
 */
#define IDLE_NS 4000000u

/*
 * A long hold ends after this time, so that the helper sees whether the signal still arrives so
 * often.
 */
#define LONG_HOLD_NS 100000000u

/*
 * A timer sends signals for ever. A sender that uses kill(2) may send only two or three in a row.
 */
#define MANY_BY_KILL 16

static unsigned int nr_waited_for; /* threads */

static void stop_waiting(struct signal_hold *hold)
{
	nr_waited_for -= hold->is_waited_for;
	hold->is_waited_for = false;
}

static void set_mask(const struct tracee *tracee, uint64_t mask)
{
	ptrace_try(PTRACE_SETSIGMASK, tracee->tid, SIGNAL_SET_SIZE, (uintptr_t)&mask);
}

static void end(struct tracee *tracee)
{
	struct signal_hold *hold = &tracee->hold;

	stop_waiting(hold);
	set_mask(tracee, hold->mask);
	fast_area_pause(tracee, false);
	/*
	 * The thread runs from now on. The next signal of a storm arrives at once, and must count
	 * as too soon.
	 */
	if (hold->is_pause) {
		const uint64_t now_ns = clock_now_ns();

		hold->begun_ns += now_ns - hold->gone_on_ns;
		hold->gone_on_ns = now_ns;
		hold->is_pause = false;
	}
	hold->is_on = false;
	hold->has_just_ended = true;
}

/*
 * More instances of a realtime signal may be queued. A timer queues only one, and ignored signals
 * show no order.
 */
static bool must_keep_order(int signal, const siginfo_t *info, bool is_ignored)
{
	return signal >= FIRST_REALTIME && info->si_code != SI_TIMER && !is_ignored;
}

/* A fault cannot wait, and SIGSTOP cannot be blocked. */
static bool can_wait(int signal, const siginfo_t *info, bool is_ignored)
{
	const bool is_forced = info->si_code > 0;

	switch (signal) {
	case SIGKILL:
	case SIGSTOP:
		return false;
	case SIGSEGV:
	case SIGBUS:
	case SIGILL:
	case SIGFPE:
	case SIGTRAP:
	case SIGSYS:
		return !is_forced;
	default:
		return !must_keep_order(signal, info, is_ignored);
	}
}

static bool is_sent_by_kill(const siginfo_t *info)
{
	return info->si_code == SI_USER || info->si_code == SI_TKILL || info->si_code == SI_QUEUE;
}

/* Returns how long the thread's last signal took, including its handler. */
static uint64_t last_length_ns(const struct signal_hold *hold)
{
	uint64_t ns = hold->gone_on_ns > hold->begun_ns ? hold->gone_on_ns - hold->begun_ns : 0;

	if (ns < SHORTEST_NS)
		return SHORTEST_NS;
	return ns < LONG_NS ? ns : LONG_NS;
}

/*
 * Returns true if the thread ran for less than half the time of its last signal, or did not run at
 * all. But a thread that has created a child did run, even if it is at the same instruction: a
 * shell waits for each child there.
 */
static bool comes_too_soon(const struct signal_hold *hold, const struct user_regs_struct *registers,
			   uint64_t now_ns)
{
	const uint64_t ns = now_ns - hold->gone_on_ns;

	return ns < last_length_ns(hold) / 2 ||
	       (registers->rip == hold->ip && !hold->has_made_child && ns < IDLE_NS);
}

static void begin(struct tracee *tracee, const struct user_regs_struct *registers, uint64_t now_ns)
{
	struct signal_hold *hold = &tracee->hold;

	if (registers->rip != hold->begun_ip || hold->length_ns < SHORTEST_NS)
		hold->length_ns = last_length_ns(hold);
	else if (hold->length_ns < LONGEST_NS)
		hold->length_ns *= 2;
	hold->is_on = true;
	hold->is_long = true;
	hold->held = 0;
	hold->end_ns = now_ns + LONG_HOLD_NS;
	hold->ip = registers->rip;
	hold->begun_ip = registers->rip;
	fast_area_pause(tracee, true);
}

/* Makes the hold short, because the program could notice it. */
static void wait_for_end(struct signal_hold *hold, uint64_t now_ns)
{
	hold->is_long = false;
	hold->is_waited_for = true;
	hold->end_ns = now_ns + hold->length_ns;
	nr_waited_for++;
}

static void add(struct tracee *tracee, int signal, bool is_ignored, uint64_t now_ns)
{
	struct signal_hold *hold = &tracee->hold;

	if (!is_ignored && hold->is_long)
		wait_for_end(hold, now_ns);
	hold->held |= 1ull << (signal - 1);
	set_mask(tracee, hold->mask | hold->held);
	debug(tracer, "%d: signal %d waits", (int)tracee->tid, signal);
}

/* Returns true if @signal, for which the thread has stopped with @registers, must wait. */
static bool must_wait(struct tracee *tracee, int signal, const struct user_regs_struct *registers,
		      bool is_ignored, uint64_t now_ns)
{
	struct signal_hold *hold = &tracee->hold;
	siginfo_t info;

	if (!comes_too_soon(hold, registers, now_ns)) {
		hold->nr_close = 0;
		return false;
	}
	hold->nr_close++;
	if (ptrace_try(PTRACE_GETSIGINFO, tracee->tid, 0, (uintptr_t)&info) < 0)
		return false;
	hold->is_realtime = must_keep_order(signal, &info, is_ignored);
	/*
	 * A call that the signal interrupts is progress, and returns when there is a handler to
	 * run.
	 */
	return (is_ignored || registers->orig_rax == NO_CALL) &&
	       can_wait(signal, &info, is_ignored) &&
	       (!is_sent_by_kill(&info) || hold->nr_close >= MANY_BY_KILL) &&
	       (hold->is_on || ptrace_try(PTRACE_GETSIGMASK, tracee->tid, SIGNAL_SET_SIZE,
					  (uintptr_t)&hold->mask) == 0);
}

bool signal_hold_begin(struct tracee *tracee, int signal)
{
	struct signal_hold *hold = &tracee->hold;
	const uint64_t now_ns = clock_now_ns();
	struct user_regs_struct registers;
	bool is_ignored;

	if (signal <= 0 || !hold->gone_on_ns ||
	    ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return false;
	/* In the usual case, the signal is not too soon, and there is no hold. */
	if (!hold->is_on && !comes_too_soon(hold, &registers, now_ns)) {
		hold->nr_close = 0;
		return false;
	}
	is_ignored = signal_action_is_ignored(tracee->tid, signal);
	hold->is_realtime = false;
	if (must_wait(tracee, signal, &registers, is_ignored, now_ns)) {
		if (!hold->is_on)
			begin(tracee, &registers, now_ns);
		add(tracee, signal, is_ignored, now_ns);
		return true;
	}
	/* The signal's handler could see the mask. */
	if (hold->is_on && !is_ignored)
		end(tracee);
	return false;
}

void signal_hold_note(struct tracee *tracee)
{
	struct signal_hold *hold = &tracee->hold;
	struct user_regs_struct registers;

	if (ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return;
	hold->gone_on_ns = clock_now_ns();
	hold->ip = registers.rip;
	hold->has_made_child = false;
}

void signal_hold_see_return(struct tracee *tracee)
{
	struct signal_hold *hold = &tracee->hold;
	struct user_regs_struct registers;

	signal_hold_note(tracee);
	if (!hold->is_realtime || hold->nr_close < MANY_BY_KILL || hold->is_on ||
	    ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0 ||
	    ptrace_try(PTRACE_GETSIGMASK, tracee->tid, SIGNAL_SET_SIZE, (uintptr_t)&hold->mask) < 0)
		return;
	begin(tracee, &registers, hold->gone_on_ns);
	hold->is_pause = true;
	wait_for_end(hold, hold->gone_on_ns);
	hold->held = REALTIME_MASK;
	set_mask(tracee, hold->mask | hold->held);
	debug(tracer, "%d: realtime signals wait", (int)tracee->tid);
}

/* Calls that show or change which signals are blocked, pending or ignored, or wait for some. */
static bool can_tell(uint64_t nr)
{
	switch (nr) {
	case SYS_rt_sigaction:
	case SYS_rt_sigprocmask:
	case SYS_rt_sigreturn:
	case SYS_rt_sigpending:
	case SYS_rt_sigtimedwait:
	case SYS_rt_sigsuspend:
	case SYS_signalfd:
	case SYS_signalfd4:
	case SYS_pselect6:
	case SYS_ppoll:
	case SYS_epoll_pwait:
	case SYS_epoll_pwait2:
	case SYS_io_pgetevents:
	case SYS_execve:
	case SYS_execveat:
		return true;
	default:
		return false;
	}
}

static bool makes_child(uint64_t nr)
{
	return call_kind_makes_child(call_kind(SYSCALL_ABI_X86_64, (uint32_t)nr));
}

/*
 * Returns true if the hold can continue after this stop. A pending signal would restart fork and
 * clone for ever.
 */
static bool lasts_over_call(const struct tracee *tracee)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, tracee->tid, sizeof(info), &info) <= 0)
		return false;
	if (info.op != PTRACE_SYSCALL_INFO_ENTRY && info.op != PTRACE_SYSCALL_INFO_SECCOMP)
		return tracee->hold.is_long;
	if (info.arch != AUDIT_ARCH_X86_64)
		return false;
	return makes_child(info.entry.nr) || (tracee->hold.is_long && !can_tell(info.entry.nr) &&
					      clock_now_ns() < tracee->hold.end_ns);
}

void signal_hold_see_stop(struct tracee *tracee, enum stop_kind kind)
{
	struct signal_hold *hold = &tracee->hold;
	const bool makes_child = kind == STOP_FORK || kind == STOP_VFORK || kind == STOP_CLONE;

	hold->has_just_ended = false;
	if (makes_child)
		hold->has_made_child = true;
	if (!hold->is_on)
		return;
	/* Children inherit the hold. For a signal, signal_hold_begin decides. */
	if (makes_child || kind == STOP_SIGNAL)
		return;
	/*
	 * A pending SIGCONT causes a stop that the program cannot notice (prepare_signal() in
	 * kernel/signal.c).
	 */
	if (kind == STOP_NEW && (hold->is_long || hold->is_waited_for))
		return;
	if ((kind == STOP_SYSCALL || kind == STOP_SECCOMP) && lasts_over_call(tracee))
		/* A stop by the helper would interrupt the call. */
		stop_waiting(hold);
	else
		end(tracee);
}

void signal_hold_inherit(struct tracee *child, const struct tracee *parent)
{
	if (!parent->hold.is_on)
		return;
	child->hold = (struct signal_hold){ .is_on = true, .mask = parent->hold.mask };
	if (child->has_stopped)
		end(child);
}

void signal_hold_forget(struct tracee *tracee)
{
	stop_waiting(&tracee->hold);
	tracee->hold.is_on = false;
}

struct expiry {
	uint64_t now_ns;
	uint64_t next_ns; /* time at which the next hold is over, or 0 */
};

static void expire(struct tracee *tracee, void *argument)
{
	struct signal_hold *hold = &tracee->hold;
	struct expiry *expiry = argument;

	if (!hold->is_waited_for)
		return;
	if (hold->end_ns <= expiry->now_ns) {
		stop_waiting(hold);
		ptrace_try(PTRACE_INTERRUPT, tracee->tid, 0, 0);
	} else if (!expiry->next_ns || hold->end_ns < expiry->next_ns) {
		expiry->next_ns = hold->end_ns;
	}
}

uint64_t signal_hold_expire(uint64_t now_ns)
{
	struct expiry expiry = { .now_ns = now_ns };

	if (nr_waited_for)
		tracee_for_each(NULL, expire, &expiry);
	return expiry.next_ns;
}
