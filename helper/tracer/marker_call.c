// SPDX-License-Identifier: MIT
/*
 * Calls to the helper: SCPROF_CALL with SCPROF_MAGIC.
 */
#include "helper/tracer/marker_call.h"

#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/user.h>

#include "helper/base/clock.h"
#include "helper/gate/fast_record.h"
#include "helper/gate/fast_signal.h"
#include "helper/space/region.h"
#include "helper/trace/ptrace.h"
#include "helper/tracer/finish.h"
#include "helper/tracer/region_mark.h"
#include "helper/tracer/tracer.h"
#include "scprof/handshake.h"

bool marker_call_is(const struct call *call)
{
	return call->nr == SCPROF_CALL && call->abi == SYSCALL_ABI_X86_64 &&
	       call->args[0] == SCPROF_MAGIC;
}

/*
 * Sets the result of the call to a value that no kernel returns. This is done at the exit: if the
 * call were skipped at its entry, another filter might answer it.
 */
static void answer(struct tracee *tracee)
{
	struct user_regs_struct registers;

	if (ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return;
	registers.rax = SCPROF_ANSWER;
	ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
}

/* The program is about to start. The profile begins with @tracee's next call. */
static void start_counting(struct tracer *tracer, struct tracee *tracee)
{
	tracer->is_counting = true;
	tracer->run.start_ns = clock_now_ns();
	tracer_name(tracer, tracee);
	if (tracer->run.settings.is_preloaded) {
		tracee->process->shim_loading.is_loading = false;
		tracer->is_running = true;
		finish_begin(tracer);
	}
}

bool marker_call_is_question(const struct call *call)
{
	return marker_call_is(call) && call->args[1] == SCPROF_CALL_WOKEN;
}

bool marker_call_enter(struct tracer *tracer, struct tracee *tracee)
{
	const struct call *call = &tracee->call;
	bool needs_exit = true;

	if (call->args[1] == SCPROF_CALL_JOIN)
		tracee->process->shim_loading.is_loading = false;
	/* The program does not wait for an answer to these calls, so one stop is enough. */
	if (tracer->is_running && region_is_call(call->args[1])) {
		fast_collect(&tracer->run, tracee);
		region_see_call(&tracee->region, &tracer->run.profile.strings, tracee->tid,
				call->args[1], call->args[2]);
		needs_exit = false;
	}
	if (call->args[1] == SCPROF_CALL_START && tracer->interception == INTERCEPT_FILTER &&
	    !tracer->is_counting && !tracer->run.settings.is_preloaded) {
		start_counting(tracer, tracee);
		needs_exit = false;
	}
	return needs_exit;
}

static int compare_ns(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/*
 * The measured time of a call that does nothing is the cost of two stops. The helper takes the
 * lower quartile of several, so that a machine that is busy at the start does not affect the whole
 * run.
 */
void marker_call_exit(struct tracer *tracer, struct tracee *tracee, uint64_t time_ns)
{
	const unsigned int max = sizeof(tracer->null_ns) / sizeof(tracer->null_ns[0]);

	if (tracee->call.args[1] == SCPROF_CALL_NULL && !tracer->is_counting &&
	    tracer->nr_null < max) {
		tracer->null_ns[tracer->nr_null++] = time_ns;
		qsort(tracer->null_ns, tracer->nr_null, sizeof(tracer->null_ns[0]), compare_ns);
		tracer->run.stop_cost_ns = tracer->null_ns[tracer->nr_null / 4];
	}
	if (tracee->call.args[1] == SCPROF_CALL_WOKEN)
		fast_repeat_woken(&tracer->run, tracee);
	if (tracee->call.args[1] == SCPROF_CALL_JOIN)
		answer(tracee);
	if (tracee->call.args[1] == SCPROF_CALL_START && !tracer->is_counting) {
		start_counting(tracer, tracee);
		if (tracer->is_running)
			region_mark_set(tracee);
	}
}
