/* SPDX-License-Identifier: MIT */
/*
 * Entry and exit of system calls: from registers to samples.
 */
#include "helper/tracer/call.h"

#include <errno.h>
#include <linux/audit.h>
#include <sched.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>

#include "helper/base/clock.h"
#include "helper/base/debug.h"
#include "helper/base/fast_clock.h"
#include "helper/count/call_kind.h"
#include "helper/count/call_log.h"
#include "helper/count/call_time.h"
#include "helper/count/count.h"
#include "helper/count/touched.h"
#include "helper/gate/fast.h"
#include "helper/gate/fast_divert.h"
#include "helper/gate/fast_learn.h"
#include "helper/gate/fast_record.h"
#include "helper/gate/fast_withdraw.h"
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
#include "helper/trace/stop_queue.h"
#include "helper/tracer/filter.h"
#include "helper/tracer/own_call.h"
#include "helper/tracer/preload.h"
#include "helper/tracer/region_mark.h"
#include "helper/unwind/unwind.h"
#include "profile/model/histogram.h"
#include "scprof/handshake.h"

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
	/* -1 has every bit set, and is no x32 call. */
	return nr & SYSCALL_X32_BIT && (int32_t)nr >= 0 ? SYSCALL_ABI_X32 : SYSCALL_ABI_X86_64;
}

/*
 * CLONE_UNTRACED would let the child run without a tracer, under a filter that needs one. clone3
 * has its flags in memory, where the program gets them back at the exit.
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

	/* Once more if the stack leads to where code has changed: then the maps are read again. */
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

/* As call_enter, for a stop that @info describes. */
static bool enter(struct tracer *tracer, struct tracee *tracee,
		  const struct __ptrace_syscall_info *info)
{
	struct user_regs_struct registers;
	struct call *call = &tracee->call;
	const struct fast_site *site;
	bool is_marking, is_early;

	if ((info->op != PTRACE_SYSCALL_INFO_ENTRY && info->op != PTRACE_SYSCALL_INFO_SECCOMP) ||
	    ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return true;
	/* The kernel emulates these without an exit stop. strace does not see them at all. */
	if (info->instruction_pointer - VSYSCALL_PAGE < VSYSCALL_PAGE_SIZE)
		return true;
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
	call_see_start(tracer, call);
	if (call_kind_makes_child(call_kind(call->abi, call->nr)))
		fast_space_forget_noted(tracee->process->space->fast, tracee->tid);
	/*
	 * The filter's stop is yet to come, and only there a call can be left out, or others be
	 * made.
	 */
	is_early = info->op == PTRACE_SYSCALL_INFO_ENTRY && tracee->awaits_mark;
	if (own_call_is(call)) {
		own_call_enter(tracer, tracee);
		call->is_active |= is_early;
		return true;
	}
	fast_see_added(&tracer->run, tracee);
	if (tracer->run.settings.follows)
		forbid_untraced(tracee, &registers);
	fast_keep_room(&tracer->run, tracee);
	site = fast_site_of_call(tracee, &registers);
	call->site_ip = site ? site->ip : 0;
	if (site)
		call->ip = site->ip;
	fast_before_mapping(&tracer->run, tracee);
	if (site && call_kind_makes_child(call_kind(call->abi, call->nr)))
		fast_site_before_birth(tracee, site);
	if (tracee->nr_interrupted && interrupted_continue(&tracer->run, tracee))
		return true;
	call->is_counted = tracer->is_counting &&
			   syscall_set_has(&tracer->run.settings.trace, call->abi, call->nr) &&
			   !preload_owns_call(tracee) && !region_leaves_out(&tracee->region);
	call->region = tracee->region.label;
	if (tracer->run.touched && call->is_counted)
		touched_enter(&tracer->run, tracee);
	is_marking = tracer->is_running && region_mark_set(tracee);
	/*
	 * The helper does not need the results of the calls that end the handshake. One stop is
	 * enough.
	 */
	if (!tracer->is_counting && tracer->interception == INTERCEPT_FILTER)
		call->is_active = false;
	/*
	 * The execve that starts the program has the launcher's stack, which is nobody's concern.
	 */
	if (!call->is_counted || !tracer->is_running)
		return true;
	stop_reason_count(&tracer->run, tracee);
	if (is_marking || is_early) {
		find_stack(tracer, tracee, &registers);
		return true;
	}
	call->is_active = fast_learn(&tracer->run, tracee);
	if (!call->is_active)
		return false;
	call->is_active = !fast_divert(&tracer->run, tracee);
	if (!call->is_active)
		return true;
	call->is_active = fast_teach(&tracer->run, tracee, find_stack(tracer, tracee, &registers));
	return call->is_active;
}

/*
 * A filter of the program's own has asked for a tracer. The program must find none: the call is not
 * made and fails with ENOSYS (seccomp(2), SECCOMP_RET_TRACE).
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

bool call_enter(struct tracer *tracer, struct tracee *tracee)
{
	struct __ptrace_syscall_info info;
	bool is_foreign, is_there = true;

	if (!read_info(tracee->tid, &info)) {
		tracer->run.nr_lost += tracer->is_counting && errno != ESRCH;
		return true;
	}
	is_foreign = info.op == PTRACE_SYSCALL_INFO_SECCOMP &&
		     info.seccomp.ret_data != FILTER_TRACE_DATA;
	/* The gate counts its calls itself, whatever they return. */
	if (!is_foreign || !gate_position_is_call(info.instruction_pointer))
		is_there = enter(tracer, tracee, &info);
	if (is_foreign && is_there)
		refuse(tracee);
	return is_there;
}

void call_see_filter(const struct tracee *tracee)
{
	unsigned long data = FILTER_TRACE_DATA;

	ptrace_try(PTRACE_GETEVENTMSG, tracee->tid, 0, (uintptr_t)&data);
	if (data != FILTER_TRACE_DATA)
		refuse(tracee);
}

void call_exit(struct tracer *tracer, struct tracee *tracee, uint64_t now_ns)
{
	struct __ptrace_syscall_info info;
	struct call *call = &tracee->call;
	int64_t result;

	if (!read_info(tracee->tid, &info) || !call->is_active)
		return;
	/*
	 * The stop at the entry is no news, but a deadline that has passed before it was in vain.
	 */
	if (info.op != PTRACE_SYSCALL_INFO_EXIT && call->is_outside)
		call_time_begin(tracee);
	if (info.op != PTRACE_SYSCALL_INFO_EXIT)
		return;
	call->is_active = false;
	result = woken_end_in_time(tracee, info.exit.rval);
	if (tracee->transfer)
		result = transfer_end_part(tracee, result);
	if (call->is_active)
		return;
	if (call->site_ip)
		fast_site_exit(tracee, result);
	if (call->clone3_flags)
		remote_memory_write_word(tracee->tid, call->args[0], call->clone3_flags);
	if (own_call_is(call)) {
		own_call_exit(tracer, tracee, now_ns - call->entry_ns);
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
	call_see_effects(tracer, tracee, result, result < 0 && result > -4096);
	debug(call, "%d: %s = %lld", (int)tracee->tid, syscall_name(call->abi, call->nr),
	      (long long)result);
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
	call_see_effects(tracer, tracee, result, false);
	debug(call, "%d: %s = %lld", (int)tracee->tid, syscall_name(call->abi, call->nr),
	      (long long)result);
}

/*
 * The thread ends by a call that it did not stop at. Of that only how many there are is to be
 * known.
 */
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
	if (!tracee->call.is_active && tracer->interception == INTERCEPT_FILTER)
		see_ending_call(tracer, tracee);
	abandon_calls(&tracer->run, tracee);
}
