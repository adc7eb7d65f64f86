/* SPDX-License-Identifier: MIT */
/*
 * Calls that a signal interrupted. The kernel restarts some of them, at once or after a signal
 * handler has returned. Then all parts are one call in the profile. The other calls fail with
 * EINTR.
 */
#include "helper/restart/interrupted.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>

#include "helper/base/run.h"
#include "helper/count/call_kind.h"
#include "helper/count/count.h"
#include "helper/space/fast_site.h"
#include "helper/trace/ptrace.h"
#include "helper/trace/restart_code.h"
#include "helper/trace/signal_action.h"

#define SYSCALL_INSTRUCTION_SIZE 2 /* `syscall`, `int $0x80` and `sysenter` alike */

void interrupted_finish(struct run *run, struct tracee *tracee)
{
	const struct call *call = &tracee->interrupted[--tracee->nr_interrupted];

	if (call->is_counted)
		count_call(run, tracee, call, -EINTR, call->elapsed_ns);
}

void interrupted_keep(struct run *run, struct tracee *tracee)
{
	if (tracee->nr_interrupted == TRACEE_MAX_INTERRUPTED) {
		/*
		 * The program must have left this many nested handlers by longjmp, so the outermost
		 * call has ended.
		 */
		struct call oldest = tracee->interrupted[0];
		memmove(tracee->interrupted, tracee->interrupted + 1,
			sizeof(oldest) * (TRACEE_MAX_INTERRUPTED - 1));
		tracee->interrupted[TRACEE_MAX_INTERRUPTED - 1] = oldest;
		interrupted_finish(run, tracee);
	}
	tracee->interrupted[tracee->nr_interrupted++] = tracee->call;
}

/*
 * Returns true if @sp and @other are on one stack, so that their order shows which frame is the
 * outer one.
 */
static bool is_same_stack(struct tracee *tracee, uint64_t sp, uint64_t other)
{
	struct layout *layout = tracee_layout(tracee);
	struct region *region = layout_find(layout, sp);

	return region && layout_find(layout, other) == region;
}

/*
 * Decides whether the call that begins now continues an interrupted one. "restart_syscall … or the
 * same call again" (signal(7), restart_syscall(2)): it has the same instruction and the same stack
 * pointer. If a call comes from the handler's stack frame or from further out before the handler
 * has returned, the handler was left by longjmp.
 */
bool interrupted_continue(struct run *run, struct tracee *tracee)
{
	struct call *call = &tracee->call;
	uint64_t site_ip;

	while (tracee->nr_interrupted) {
		const struct call *top = &tracee->interrupted[tracee->nr_interrupted - 1];
		if (!top->has_handler && top->ip == call->ip && top->sp == call->sp &&
		    (top->nr == call->nr || call_kind(call->abi, call->nr) == CALL_RESTART)) {
			/* The site may have been patched since. */
			site_ip = call->site_ip;
			*call = *top;
			call->site_ip = site_ip;
			call->is_active = true;
			tracee->nr_interrupted--;
			tracee->woken.is_again = false;
			return true;
		}
		if (call->sp < top->sp || call_kind(call->abi, call->nr) == CALL_SIGRETURN ||
		    !is_same_stack(tracee, call->sp, top->sp))
			return false;
		interrupted_finish(run, tracee);
	}
	return false;
}

/*
 * Returns true if @ip is a return address of the call at @call_ip. A patched site has two of them.
 */
static bool is_place(const struct tracee *tracee, uint64_t ip, uint64_t call_ip)
{
	return ip == call_ip || fast_site_ip(tracee, ip) == call_ip;
}

bool interrupted_is_at(const struct tracee *tracee, const struct call *call,
		       const struct user_regs_struct *registers)
{
	return registers->rsp == call->sp &&
	       is_place(tracee, registers->rip + SYSCALL_INSTRUCTION_SIZE, call->ip);
}

/*
 * A handler has returned. The interrupted call either ends with EINTR, or the thread executes its
 * instruction again (and then call_enter recognises it).
 */
void interrupted_see_sigreturn(struct run *run, struct tracee *tracee)
{
	struct user_regs_struct registers;
	struct call *top;

	if (!tracee->nr_interrupted ||
	    ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return;
	top = &tracee->interrupted[tracee->nr_interrupted - 1];
	if (registers.rsp == top->sp && is_place(tracee, registers.rip, top->ip))
		interrupted_finish(run, tracee);
	else if (interrupted_is_at(tracee, top, &registers))
		top->has_handler = false;
}

void interrupted_see_signal(struct tracee *tracee, int signal)
{
	struct call *top;

	if (!tracee->nr_interrupted)
		return;
	top = &tracee->interrupted[tracee->nr_interrupted - 1];
	if (!top->has_handler)
		top->has_handler = signal_action_is_caught(tracee->tid, signal);
}

void interrupted_see_gate_call(struct run *run, struct tracee *tracee, int64_t result)
{
	struct call *call = &tracee->call;
	const uint64_t elapsed_ns = call->elapsed_ns, end_ns = call->end_ns;
	bool is_error = result < 0 && result > -4096;

	/*
	 * Like a traced call, it shows which interrupted calls their handlers have left for ever.
	 */
	if (tracee->nr_interrupted && interrupted_continue(run, tracee)) {
		call->is_active = false;
		call->elapsed_ns += elapsed_ns;
		call->end_ns = end_ns;
	}
	if (is_error && restart_code_is(result))
		interrupted_keep(run, tracee);
	else
		count_call(run, tracee, call, result, call->elapsed_ns);
}
