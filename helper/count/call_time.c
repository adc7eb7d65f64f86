/* SPDX-License-Identifier: MIT */
/*
 * At the start of a run, the helper measures the cost of two stops. It subtracts this cost from
 * each call. It cannot know when a call began or ended while it was busy with other threads.
 */
#include "helper/count/call_time.h"

#include "helper/base/clock.h"
#include "helper/base/fast_clock.h"
#include "helper/base/run.h"
#include "helper/trace/deadline.h"
#include "helper/trace/stop_queue.h"

#define CPU_WAIT_NS 10000000u

void call_time_begin(struct tracee *tracee)
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
 * Returns for how long the helper, busy with other threads, may have delayed this call: at the end,
 * until it saw the exit; and at the beginning, when the thread may have waited for a CPU that the
 * helper or threads resumed earlier had. Normally the scheduler lets it wait no longer than
 * CPU_WAIT_NS.
 */
static uint64_t longest_delay(const struct run *run, const struct call *call, uint64_t span_ns)
{
	uint64_t idle_ns = run->idle_ns - call->idle_ns;
	uint64_t busy_ns = span_ns > idle_ns ? span_ns - idle_ns : 0;

	if (busy_ns > CPU_WAIT_NS)
		busy_ns = CPU_WAIT_NS;
	return busy_ns > run->blind_ns ? busy_ns : run->blind_ns;
}

void call_time_end(struct run *run, struct call *call, uint64_t now_ns)
{
	uint64_t span_ns = now_ns - call->entry_ns, uncertain_ns;
	uint64_t delay_ns = longest_delay(run, call, span_ns);
	uint64_t time_ns = call_time(span_ns, run->stop_cost_ns, delay_ns, &uncertain_ns);

	if (uncertain_ns && call->is_counted) {
		run->nr_uncertain++;
		run->uncertain_ns += uncertain_ns;
	}
	call->elapsed_ns += time_ns;
	call->end_ns = fast_clock_ns() - (clock_now_ns() - call->entry_ns - time_ns);
	/* The two clocks are not read at the same moment. */
	if (call->end_ns < call->start_ns)
		call->end_ns = call->start_ns;
}
