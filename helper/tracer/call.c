/* SPDX-License-Identifier: MIT */
/*
 * Entry and exit of system calls, from registers to samples of the profile.
 */
#include "helper/tracer/call.h"

#include <errno.h>
#include <linux/audit.h>
#include <sched.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>

#include "helper/base/debug.h"
#include "helper/count/call_kind.h"
#include "helper/count/call_time.h"
#include "helper/count/count.h"
#include "helper/count/touched.h"
#include "helper/gate/fast_arm.h"
#include "helper/gate/fast_learn.h"
#include "helper/gate/gate_at_call.h"
#include "helper/gate/gate_position.h"
#include "helper/gate/stop_reason.h"
#include "helper/restart/abandon.h"
#include "helper/restart/interrupted.h"
#include "helper/restart/transfer.h"
#include "helper/restart/woken.h"
#include "helper/space/fast_site.h"
#include "helper/trace/deadline.h"
#include "helper/trace/ptrace.h"
#include "helper/trace/remote_memory.h"
#include "helper/trace/restart_code.h"
#include "helper/tracer/call_effects.h"
#include "helper/tracer/dispatch.h"
#include "helper/tracer/filter.h"
#include "helper/tracer/marker_call.h"
#include "helper/tracer/own_filter.h"
#include "helper/tracer/region_mark.h"
#include "helper/tracer/shim_loading.h"
#include "helper/unwind/unwind.h"

#define CODE_SEGMENT_64	   0x33
#define VSYSCALL_PAGE	   0xffffffffff600000u /* always (kernel: arch/x86/x86_64/mm.rst) */
#define VSYSCALL_PAGE_SIZE 4096u

static bool read_info(pid_t tid, struct __ptrace_syscall_info *info)
{
	return ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof(*info), info) > 0;
}

static enum syscall_abi abi_of(uint32_t arch, uint64_t nr)
{
	if (arch == AUDIT_ARCH_I386)
		return SYSCALL_ABI_I386;
	/* -1 has every bit set, but is not an x32 call. */
	return nr & SYSCALL_X32_BIT && (int32_t)nr >= 0 ? SYSCALL_ABI_X32 : SYSCALL_ABI_X86_64;
}

/*
 * With CLONE_UNTRACED, the child would run without a tracer, under a filter that needs one. clone3
 * has its flags in memory. They are restored there at the exit.
 */
static void forbid_untraced(struct tracee *tracee, struct user_regs_struct *registers)
{
	struct call *call = &tracee->call;
	enum call_kind kind = call_kind(call->abi, call->nr);
	uint64_t flags = call->args[0];

	if (kind == CALL_CLONE3 && remote_memory_word(tracee->tid, call->args[0], &flags) &&
	    flags & CLONE_UNTRACED) {
		call->clone3_flags = flags;
		remote_memory_write_word(tracee->tid, call->args[0],
					 flags & ~(uint64_t)CLONE_UNTRACED);
	}
	if (kind != CALL_CLONE || !(flags & CLONE_UNTRACED))
		return;
	flags &= ~(uint64_t)CLONE_UNTRACED;
	if (call->abi == SYSCALL_ABI_I386)
		registers->rbx = flags;
	else
		registers->rdi = flags;
	ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)registers);
}

/* Returns the memo of the call's stack, or NULL. */
static const struct memo *find_stack(struct tracer *tracer, struct tracee *tracee,
				     const struct user_regs_struct *registers)
{
	struct call *call = &tracee->call;
	enum call_kind kind = call_kind(call->abi, call->nr);
	struct unwind_result result;
	unsigned int nr_tries = 0;

	/* Repeat this if the stack leads to changed code, after the maps have been read again. */
	do
		result = unwind_stack(tracee->tid, tracee_layout(tracee), registers,
				      kind == CALL_CLONE || kind == CALL_CLONE3,
				      tracer->run.settings.max_frames, &tracer->run.profile);
	while (tracee->process->space->layout->has_met_stale && nr_tries++ == 0);
	call->stack = result.stack;
	call->is_truncated = result.is_truncated;
	tracee_see_cut(tracee, result.is_truncated);
	return result.memo;
}

/*
 * Fills in tracee->call for a stop that @info describes. Returns false if the thread is not about
 * to make a call that the helper can follow.
 */
static bool decode(struct tracee *tracee, const struct __ptrace_syscall_info *info)
{
	struct call *call = &tracee->call;

	if (info->op != PTRACE_SYSCALL_INFO_ENTRY && info->op != PTRACE_SYSCALL_INFO_SECCOMP)
		return false;
	/* The kernel emulates these without an exit stop. strace does not see them at all. */
	if (info->instruction_pointer - VSYSCALL_PAGE < VSYSCALL_PAGE_SIZE)
		return false;
	memset(call, 0, sizeof(*call));
	call->is_active = true;
	call->abi = abi_of(info->arch, info->entry.nr);
	call->nr = (uint32_t)info->entry.nr;
	call->ip = info->instruction_pointer;
	call->sp = info->stack_pointer;
	for (int i = 0; i < 6; i++)
		call->args[i] = info->entry.args[i];
	debug(call, "%d: stops at %s, %lx", (int)tracee->tid, syscall_name(call->abi, call->nr),
	      (unsigned long)call->ip);
	return true;
}

/* Decides whether tracee->call is counted, and with which label and file. */
static void classify(struct tracer *tracer, struct tracee *tracee)
{
	struct call *call = &tracee->call;

	call->is_counted = tracer->is_counting &&
			   syscall_set_has(&tracer->run.settings.trace, call->abi, call->nr) &&
			   !shim_loading_owns_call(tracee) && !region_leaves_out(&tracee->region);
	call->region = tracee->region.label;
	if (tracer->run.touched && call->is_counted)
		touched_enter(&tracer->run, tracee);
}

/* The call is counted: leaves it to the gate, or finds its stack. */
static enum call_outcome attribute(struct tracer *tracer, struct tracee *tracee,
				   const struct user_regs_struct *registers)
{
	const struct memo *memo;

	switch (gate_take_call(&tracer->run, tracee)) {
	case GATE_LOST_THREAD:
		return CALL_GONE;
	case GATE_MAKES_CALL:
		return CALL_IN_GATE;
	case GATE_LEAVES_CALL:
		break;
	}
	memo = find_stack(tracer, tracee, registers);
	return fast_teach(&tracer->run, tracee, memo) ? CALL_RUN_TO_EXIT : CALL_GONE;
}

/*
 * Returns true if the call ends the thread and the helper counts it only when the thread ends. The
 * helper counts such calls of the gate in the same way.
 */
static bool is_seen_at_end(const struct tracer *tracer, const struct call *call)
{
	return tracer->interception == INTERCEPT_DISPATCH && !tracer->run.log &&
	       call->abi == SYSCALL_ABI_X86_64 && call_kind(call->abi, call->nr) == CALL_ENDING;
}

/* Does the work of call_enter for a stop that @info describes, with @registers. */
static enum call_outcome enter(struct tracer *tracer, struct tracee *tracee,
			       const struct __ptrace_syscall_info *info,
			       struct user_regs_struct *registers)
{
	/*
	 * The stop of the filter is still to come. Only there, a call can be left out, or other
	 * calls can be injected.
	 */
	const bool is_early = info->op == PTRACE_SYSCALL_INFO_ENTRY && tracee->awaits_mark;
	struct call *call = &tracee->call;
	bool is_marking;

	if (!decode(tracee, info))
		return CALL_RUN;
	call_effects_before(tracer, call);
	if (marker_call_is(call))
		return marker_call_enter(tracer, tracee) || is_early ? CALL_RUN_TO_EXIT : CALL_RUN;
	if (tracer->run.settings.follows)
		forbid_untraced(tracee, registers);
	own_filter_before(tracee);
	if (!gate_at_call(&tracer->run, tracee, registers))
		return CALL_GONE;
	if (tracer->interception == INTERCEPT_DISPATCH)
		dispatch_see_action(tracee);
	if (is_seen_at_end(tracer, call))
		return fast_learn(&tracer->run, tracee) ? CALL_RUN : CALL_GONE;
	if (tracee->nr_interrupted && interrupted_continue(&tracer->run, tracee))
		return CALL_RUN_TO_EXIT;
	classify(tracer, tracee);
	is_marking = tracer->is_running && region_mark_set(tracee);
	/*
	 * The helper does not need the results of the calls that end the handshake. One stop is
	 * enough.
	 */
	if (!tracer->is_counting && tracer->interception == INTERCEPT_FILTER)
		return CALL_RUN;
	/*
	 * The stack of the execve that starts the program belongs to the launcher, and is not
	 * recorded.
	 */
	if (!call->is_counted || !tracer->is_running)
		return CALL_RUN_TO_EXIT;
	stop_reason_count(&tracer->run, tracee);
	if (is_marking || is_early) {
		find_stack(tracer, tracee, registers);
		return CALL_RUN_TO_EXIT;
	}
	return attribute(tracer, tracee, registers);
}

/*
 * A seccomp filter of the program has asked for a tracer. The program must find none: the call is
 * not made and fails with ENOSYS (seccomp(2), SECCOMP_RET_TRACE).
 */
static void refuse(const struct tracee *tracee)
{
	struct user_regs_struct registers;

	if (ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return;
	registers.orig_rax = (unsigned long long)-1; /* "skipped" */
	registers.rax = (unsigned long long)-ENOSYS;
	ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
}

/* Returns false if the thread ends with this call of the gate. */
static bool is_lasting(const struct __ptrace_syscall_info *info)
{
	return call_kind(SYSCALL_ABI_X86_64, (uint32_t)info->entry.nr) != CALL_ENDING;
}

enum call_outcome call_enter(struct tracer *tracer, struct tracee *tracee)
{
	enum call_outcome outcome = CALL_RUN;
	struct __ptrace_syscall_info info;
	struct user_regs_struct registers;
	bool is_foreign;

	if (!read_info(tracee->tid, &info)) {
		tracer->run.nr_lost += tracer->is_counting && errno != ESRCH;
		return CALL_RUN;
	}
	tracee->is_before_call = false;
	is_foreign = info.op == PTRACE_SYSCALL_INFO_SECCOMP &&
		     info.seccomp.ret_data != FILTER_TRACE_DATA;
	/* The gate counts its own calls, whatever they return. */
	if (gate_position_is_call(info.instruction_pointer)) {
		if (is_lasting(&info) && !fast_arm_in_gate(tracee))
			outcome = CALL_GONE;
	} else if (ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) == 0) {
		outcome = enter(tracer, tracee, &info, &registers);
	}
	tracee->call.is_active = outcome == CALL_RUN_TO_EXIT;
	if (is_foreign && outcome != CALL_GONE)
		refuse(tracee);
	return outcome;
}

enum call_outcome call_enter_before(struct tracer *tracer, struct tracee *tracee,
				    const struct __ptrace_syscall_info *info,
				    struct user_regs_struct *registers)
{
	enum call_outcome outcome = enter(tracer, tracee, info, registers);

	tracee->call.is_active = outcome == CALL_RUN_TO_EXIT;
	/* The helper answers the gate without this call, because a filter may kill the program. */
	if (outcome == CALL_RUN_TO_EXIT && marker_call_is_question(&tracee->call)) {
		tracee->call.is_active = false;
		marker_call_exit(tracer, tracee, 0);
		return CALL_IN_GATE;
	}
	return outcome;
}

void call_begin_refused(const struct tracee *tracee)
{
	struct user_regs_struct registers;

	if (ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return;
	/*
	 * The thread makes a harmless call instead. If the helper skipped the call with the number
	 * -1, a filter of a container could answer that.
	 */
	registers.orig_rax = SYS_getpid;
	ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
}

/* Returns the result of the refused call. */
static int64_t end_refused(struct tracee *tracee)
{
	const int refusal = tracee->call.refusal;
	struct user_regs_struct registers;

	tracee->call.refusal = 0;
	if (ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) == 0) {
		registers.orig_rax = tracee->call.nr;
		registers.rax = (unsigned long long)-refusal;
		ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
	}
	return -refusal;
}

void call_see_filter(const struct tracee *tracee)
{
	unsigned long data = FILTER_TRACE_DATA;

	ptrace_try(PTRACE_GETEVENTMSG, tracee->tid, 0, (uintptr_t)&data);
	if (data != FILTER_TRACE_DATA)
		refuse(tracee);
}

void call_end(struct tracer *tracer, struct tracee *tracee, int64_t result, uint64_t now_ns)
{
	struct call *call = &tracee->call;

	call->is_active = false;
	result = woken_end_in_time(tracee, result);
	if (tracee->transfer)
		result = transfer_end_part(tracee, result);
	if (call->is_active)
		return;
	if (call->site_ip)
		fast_site_exit(tracee, result);
	if (call->clone3_flags)
		remote_memory_write_word(tracee->tid, call->args[0], call->clone3_flags);
	if (marker_call_is(call)) {
		marker_call_exit(tracer, tracee, now_ns - call->entry_ns);
		return;
	}
	call_time_end(&tracer->run, call, now_ns);
	if (call->deadline_ns)
		deadline_drop(tracee->tid);
	if (woken_hold(tracee, result) || call->is_outside)
		return;
	if (restart_code_is(result)) {
		interrupted_keep(&tracer->run, tracee);
		return;
	}
	if (call->touched)
		touched_exit(&tracer->run, tracee, result);
	if (call->is_counted)
		count_call(&tracer->run, tracee, call, result, call->elapsed_ns);
	if (call_kind(call->abi, call->nr) == CALL_SIGRETURN) {
		interrupted_see_sigreturn(&tracer->run, tracee);
		fast_site_see_sigreturn(tracee);
	}
	call_effects_after(tracer, tracee, result, result < 0 && result > -4096);
	debug(call, "%d: %s = %lld", (int)tracee->tid, syscall_name(call->abi, call->nr),
	      (long long)result);
}

void call_exit(struct tracer *tracer, struct tracee *tracee, uint64_t now_ns)
{
	struct __ptrace_syscall_info info;

	if (!read_info(tracee->tid, &info) || !tracee->call.is_active)
		return;
	if (info.op == PTRACE_SYSCALL_INFO_EXIT)
		call_end(tracer, tracee,
			 tracee->call.refusal ? end_refused(tracee) : info.exit.rval, now_ns);
	/*
	 * The stop at the entry shows nothing new. But if a deadline has passed before it, it had
	 * no effect.
	 */
	else if (tracee->call.is_outside)
		call_time_begin(tracee);
}

void call_end_early(struct tracer *tracer, struct tracee *tracee, int64_t result, uint64_t now_ns)
{
	struct call *call = &tracee->call;

	if (!call->is_active)
		return;
	call->is_active = false;
	call_time_end(&tracer->run, call, now_ns);
	if (call->touched)
		touched_exit(&tracer->run, tracee, result);
	if (call->is_counted)
		count_call(&tracer->run, tracee, call, result, call->elapsed_ns);
	call_effects_after(tracer, tracee, result, false);
	debug(call, "%d: %s = %lld", (int)tracee->tid, syscall_name(call->abi, call->nr),
	      (long long)result);
}

/* The thread ends with a call that did not stop. Only the number of these calls is needed. */
static void see_ending_call(struct tracer *tracer, struct tracee *tracee)
{
	struct user_regs_struct registers;
	struct call *call = &tracee->call;

	if (ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0 ||
	    registers.cs != CODE_SEGMENT_64 ||
	    (registers.orig_rax != SYS_exit && registers.orig_rax != SYS_exit_group))
		return;
	*call = (struct call){
		.abi = SYSCALL_ABI_X86_64,
		.nr = (uint32_t)registers.orig_rax,
		.ip = registers.rip,
		.sp = registers.rsp,
	};
	if (tracee->nr_interrupted)
		interrupted_continue(&tracer->run, tracee);
	if (tracer->is_counting && !region_leaves_out(&tracee->region) &&
	    syscall_set_has(&tracer->run.settings.trace, call->abi, call->nr))
		tracer->run.nr_ending++;
}

void call_see_exit(struct tracer *tracer, struct tracee *tracee)
{
	if (!tracee->call.is_active && tracer->interception != INTERCEPT_STOPS)
		see_ending_call(tracer, tracee);
	abandon_calls(&tracer->run, tracee);
}
