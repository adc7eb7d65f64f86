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
#include "helper/count/touched.h"
#include "helper/gate/fast.h"
#include "helper/gate/fast_area.h"
#include "helper/gate/stop_reason.h"
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
#define VSYSCALL_PAGE	   0xffffffffff600000u /* fixed (kernel: Documentation/arch/x86/x86_64/mm.rst) */
#define CPU_WAIT_NS	   10000000u
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

void call_count(struct tracer *tracer, const struct tracee *tracee, const struct call *call,
		const struct call_counts *counts)
{
	struct sample_key key = {
		.stack = call->stack,
		.process = tracee->process->name,
		.thread = tracee->name,
		.pid = tracer->settings.per_process ? (uint32_t)tracee->process->tgid : 0,
		.tid = tracer->settings.per_thread ? (uint32_t)tracee->tid : 0,
		.nr = call->nr,
		.abi = (uint16_t)call->abi,
		.error = counts->error,
		.bucket = counts->bucket,
		.region = call->region,
	};
	struct sample *sample;

	if (region_leaves_out_in_place(&tracee->region, counts->calls))
		return;
	if (call->touched)
		touched_fill(tracer, call->touched, &key);
	sample = profile_sample(&tracer->profile, &key);
	sample->calls += counts->calls;
	sample->time_ns += counts->time_ns;
	sample->bytes += counts->bytes;
	tracer->nr_calls += counts->calls;
	tracer->nr_bytes += counts->bytes;
	if (call->is_truncated)
		tracer->nr_truncated += counts->calls;
}

void call_count_one(struct tracer *tracer, struct tracee *tracee, const struct call *call,
		    int64_t result, uint64_t time_ns)
{
	struct call_counts counts = {
		.error = result < 0 && result > -4096 ? (uint16_t)-result : 0,
		.bucket = (uint16_t)histogram_bucket(time_ns),
		.calls = 1,
		.time_ns = time_ns,
	};

	if (result > 0 && syscall_moves_bytes(call->abi, call->nr))
		counts.bytes = (uint64_t)result;
	call_count(tracer, tracee, call, &counts);
	if (tracer->log && !tracee->region.pauses)
		call_log_put(tracer, tracee, call, result, time_ns);
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
				      tracer->settings.max_frames, &tracer->profile);
	while (tracee->process->space->layout->has_met_stale && nr_tries++ == 0);
	call->stack = result.stack;
	call->is_truncated = result.is_truncated;
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
	/* The filter's stop is yet to come, and only there a call can be left out, or others be made. */
	is_early = info->op == PTRACE_SYSCALL_INFO_ENTRY && tracee->awaits_mark;
	if (own_call_is(call)) {
		own_call_enter(tracer, tracee);
		call->is_active |= is_early;
		return true;
	}
	fast_see_added(tracer, tracee);
	if (tracer->settings.follows)
		forbid_untraced(tracee, &registers);
	fast_keep_room(tracer, tracee);
	site = fast_site_of_call(tracee, &registers);
	call->site_ip = site ? site->ip : 0;
	if (site)
		call->ip = site->ip;
	fast_before_mapping(tracer, tracee);
	if (site && call_kind_makes_child(call_kind(call->abi, call->nr)))
		fast_site_before_birth(tracee, site);
	if (tracee->nr_interrupted && interrupted_continue(tracer, tracee))
		return true;
	call->is_counted = tracer->is_counting &&
			   syscall_set_has(&tracer->settings.trace, call->abi, call->nr) &&
			   !preload_owns_call(tracee) && !region_leaves_out(&tracee->region);
	call->region = tracee->region.label;
	if (tracer->touched && call->is_counted)
		touched_enter(tracer, tracee);
	is_marking = tracer->is_running && region_mark_set(tracee);
	/* The helper does not need the results of the calls that end the handshake. One stop is enough. */
	if (!tracer->is_counting && tracer->interception == INTERCEPT_FILTER)
		call->is_active = false;
	/* The execve that starts the program has the launcher's stack, which is nobody's concern. */
	if (!call->is_counted || !tracer->is_running)
		return true;
	stop_reason_count(tracer, tracee);
	if (is_marking || is_early) {
		find_stack(tracer, tracee, &registers);
		return true;
	}
	call->is_active = fast_learn(tracer, tracee);
	if (!call->is_active)
		return false;
	call->is_active = !fast_divert(tracer, tracee);
	if (!call->is_active)
		return true;
	call->is_active = fast_teach(tracer, tracee, find_stack(tracer, tracee, &registers));
	return call->is_active;
}

/*
 * A filter of the program's own has asked for a tracer. The program must find none: the call is not made and fails with
 * ENOSYS (seccomp(2), SECCOMP_RET_TRACE).
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
		tracer->nr_lost += tracer->is_counting && errno != ESRCH;
		return true;
	}
	is_foreign = info.op == PTRACE_SYSCALL_INFO_SECCOMP &&
		     info.seccomp.ret_data != FILTER_TRACE_DATA;
	/* The gate counts its calls itself, whatever they return. */
	if (!is_foreign || !fast_is_gate_call(info.instruction_pointer))
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

uint64_t call_clone_flags(const struct tracee *tracee)
{
	const struct call *call = &tracee->call;
	uint64_t flags = 0;

	if (!call->is_active)
		return 0;
	switch (call_kind(call->abi, call->nr)) {
	case CALL_CLONE:
		return call->args[0];
	case CALL_CLONE3:
		remote_memory_word(tracee->tid, call->args[0], &flags);
		return flags;
	case CALL_VFORK:
		return CLONE_VFORK | CLONE_VM;
	default:
		return 0;
	}
}

void call_resume(struct tracee *tracee)
{
	struct call *call = &tracee->call;

	call->entry_ns = clock_now_ns();
	call->idle_ns = stop_queue_idle_ns();
	if (!call->start_ns)
		call->start_ns = fast_clock_ns();
	if (!call->begin_ns)
		call->begin_ns = call->entry_ns;
	if (call->deadline_ns)
		deadline_set(tracee->tid, call->deadline_ns);
}

uint64_t call_time(uint64_t span_ns, uint64_t stop_cost_ns, uint64_t delay_ns,
		   uint64_t *uncertain_ns)
{
	uint64_t time_ns = span_ns > stop_cost_ns ? span_ns - stop_cost_ns : 0;
	uint64_t unknown_ns = delay_ns > stop_cost_ns ? delay_ns - stop_cost_ns : 0;

	if (unknown_ns > time_ns)
		unknown_ns = time_ns;
	time_ns -= unknown_ns;
	*uncertain_ns = unknown_ns > time_ns / 8 ? unknown_ns : 0;
	return time_ns;
}

/*
 * For how long the helper, busy with other threads, may have kept this one from its call: at the end, until it
 * was seen; and at the beginning, where the thread may have waited for the CPU that the helper had, or threads
 * that it had resumed before. The scheduler does not let it wait for longer than CPU_WAIT_NS, as a rule.
 */
static uint64_t longest_delay(const struct tracer *tracer, const struct call *call,
			      uint64_t span_ns)
{
	uint64_t idle_ns = tracer->idle_ns - call->idle_ns;
	uint64_t busy_ns = span_ns > idle_ns ? span_ns - idle_ns : 0;

	if (busy_ns > CPU_WAIT_NS)
		busy_ns = CPU_WAIT_NS;
	return busy_ns > tracer->blind_ns ? busy_ns : tracer->blind_ns;
}

/* The time of the call, which ends now, as far as it is certain. */
static void add_time(struct tracer *tracer, struct call *call, uint64_t now_ns)
{
	uint64_t span_ns = now_ns - call->entry_ns, uncertain_ns;
	uint64_t delay_ns = longest_delay(tracer, call, span_ns);
	uint64_t time_ns = call_time(span_ns, tracer->stop_cost_ns, delay_ns, &uncertain_ns);

	if (uncertain_ns && call->is_counted) {
		tracer->nr_uncertain++;
		tracer->uncertain_ns += uncertain_ns;
	}
	call->elapsed_ns += time_ns;
	call->end_ns = fast_clock_ns() - (clock_now_ns() - call->entry_ns - time_ns);
	/* The two clocks are not read at the same moment. */
	if (call->end_ns < call->start_ns)
		call->end_ns = call->start_ns;
}

void call_exit(struct tracer *tracer, struct tracee *tracee, uint64_t now_ns)
{
	struct __ptrace_syscall_info info;
	struct call *call = &tracee->call;
	int64_t result;

	if (!read_info(tracee->tid, &info) || !call->is_active)
		return;
	/* The stop at the entry is no news, but a deadline that has passed before it was in vain. */
	if (info.op != PTRACE_SYSCALL_INFO_EXIT && call->is_outside)
		call_resume(tracee);
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
	add_time(tracer, call, now_ns);
	if (call->deadline_ns)
		deadline_drop(tracee->tid);
	if (woken_hold(tracee, result) || call->is_outside)
		return;
	if (restart_code_is(result)) {
		interrupted_keep(tracer, tracee);
		return;
	}
	if (call->touched)
		touched_exit(tracer, tracee, result);
	if (call->is_counted)
		call_count_one(tracer, tracee, call, result, call->elapsed_ns);
	if (call_kind(call->abi, call->nr) == CALL_SIGRETURN) {
		interrupted_see_sigreturn(tracer, tracee);
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
	add_time(tracer, call, now_ns);
	if (call->touched)
		touched_exit(tracer, tracee, result);
	if (call->is_counted)
		call_count_one(tracer, tracee, call, result, call->elapsed_ns);
	call_see_effects(tracer, tracee, result, false);
	debug(call, "%d: %s = %lld", (int)tracee->tid, syscall_name(call->abi, call->nr),
	      (long long)result);
}

void call_finish(struct tracer *tracer, struct tracee *tracee, int64_t result)
{
	struct call *call = &tracee->call;
	const uint64_t elapsed_ns = call->elapsed_ns, end_ns = call->end_ns;
	bool is_error = result < 0 && result > -4096;

	/* It shows as well as a traced call does which calls handlers have left for ever. */
	if (tracee->nr_interrupted && interrupted_continue(tracer, tracee)) {
		call->is_active = false;
		call->elapsed_ns += elapsed_ns;
		call->end_ns = end_ns;
	}
	if (is_error && restart_code_is(result))
		interrupted_keep(tracer, tracee);
	else
		call_count_one(tracer, tracee, call, result, call->elapsed_ns);
}

static void abandon_one(struct tracer *tracer, struct tracee *tracee, const struct call *call)
{
	bool is_ending = call_kind(call->abi, call->nr) == CALL_ENDING;
	uint32_t nr = call->nr & ~SYSCALL_X32_BIT;

	if (!call->is_counted)
		return;
	if (tracer->log)
		call_log_put_abandoned(tracer, tracee, call,
				       is_ending ? LOG_ENDING : LOG_UNFINISHED);
	if (is_ending) {
		tracer->nr_ending++;
		return;
	}
	tracer->nr_unfinished++;
	if (nr < SYSCALL_SET_MAX_NR)
		tracer->unfinished[call->abi][nr]++;
}

/* The thread ends by a call that it did not stop at. Of that only how many there are is to be known. */
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
		interrupted_continue(tracer, tracee);
	if (tracer->is_counting && !region_leaves_out(&tracee->region) &&
	    syscall_set_has(&tracer->settings.trace, call->abi, call->nr))
		tracer->nr_ending++;
}

void call_see_exit(struct tracer *tracer, struct tracee *tracee)
{
	if (!tracee->call.is_active && tracer->interception == INTERCEPT_FILTER)
		see_ending_call(tracer, tracee);
	call_abandon(tracer, tracee);
}

void call_abandon(struct tracer *tracer, struct tracee *tracee)
{
	woken_settle(tracer, tracee);
	if (tracee->call.is_active)
		abandon_one(tracer, tracee, &tracee->call);
	tracee->call.is_active = false;
	while (tracee->nr_interrupted)
		abandon_one(tracer, tracee, &tracee->interrupted[--tracee->nr_interrupted]);
}
