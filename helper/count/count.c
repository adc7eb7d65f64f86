/* SPDX-License-Identifier: MIT */
/*
 * A sample of the profile contains all calls with the same properties.
 */
#include "helper/count/count.h"

#include "helper/base/run.h"
#include "helper/count/call_kind.h"
#include "helper/count/call_log.h"
#include "helper/count/touched.h"
#include "profile/model/histogram.h"

void count_calls(struct run *run, const struct tracee *tracee, const struct call *call,
		 const struct call_counts *counts)
{
	struct sample_key key = {
		.stack = call->stack,
		.process = tracee->process->name,
		.thread = tracee->name,
		.pid = run->settings.per_process ? (uint32_t)tracee->process->tgid : 0,
		.tid = run->settings.per_thread ? (uint32_t)tracee->tid : 0,
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
		touched_fill(run, call->touched, &key);
	sample = profile_sample(&run->profile, &key);
	sample->calls += counts->calls;
	sample->time_ns += counts->time_ns;
	sample->bytes += counts->bytes;
	run->nr_calls += counts->calls;
	run->nr_bytes += counts->bytes;
	if (call->is_truncated)
		run->nr_truncated += counts->calls;
}

void count_call(struct run *run, struct tracee *tracee, const struct call *call, int64_t result,
		uint64_t time_ns)
{
	struct call_counts counts = {
		.error = result < 0 && result > -4096 ? (uint16_t)-result : 0,
		.bucket = (uint16_t)histogram_bucket(time_ns),
		.calls = 1,
		.time_ns = time_ns,
	};

	if (result > 0 && syscall_moves_bytes(call->abi, call->nr))
		counts.bytes = (uint64_t)result;
	count_calls(run, tracee, call, &counts);
	if (run->log && !tracee->region.pauses)
		call_log_put(run, tracee, call, result, time_ns);
}

void count_unfinished(struct run *run, struct tracee *tracee, const struct call *call)
{
	bool is_ending = call_kind(call->abi, call->nr) == CALL_ENDING;
	uint32_t nr = call->nr & ~SYSCALL_X32_BIT;

	if (!call->is_counted)
		return;
	if (run->log)
		call_log_put_abandoned(run, tracee, call, is_ending ? LOG_ENDING : LOG_UNFINISHED);
	if (is_ending) {
		run->nr_ending++;
		return;
	}
	run->nr_unfinished++;
	if (nr < SYSCALL_SET_MAX_NR)
		run->unfinished[call->abi][nr]++;
}
