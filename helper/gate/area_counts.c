/* SPDX-License-Identifier: MIT */
/*
 * The area has a cell for each memo and call number, and an entry for each result in it.
 */
#include "helper/gate/area_counts.h"

#include "helper/count/count.h"
#include "helper/gate/fast_area.h"
#include "helper/gate/fast_stats.h"
#include "helper/space/area_reader.h"

static void collect_count(struct run *run, struct tracee *tracee, const struct area_count *count)
{
	const struct call call = {
		.abi = SYSCALL_ABI_X86_64,
		.nr = count->nr,
		.stack = count->stack,
		.is_truncated = count->is_truncated,
		.region = tracee->region.label,
	};
	const struct call_counts counts = {
		.error = count->error,
		.bucket = count->bucket,
		.calls = count->counts.calls,
		.time_ns = fast_area_ns(count->counts.ticks),
		.bytes = count->counts.bytes,
	};

	count_calls(run, tracee, &call, &counts);
	fast_stats_mutable()->hits += counts.calls;
	tracee->gate->nr_hits += counts.calls;
}

void area_counts_collect(struct run *run, struct tracee *tracee)
{
	static struct area_count_list list; /* static, so that its memory is used again */
	const struct area_limits limits = fast_area_limits(run, tracee);

	if (!fast_area_check(run, tracee))
		return;
	if (area_read_counts(tracee->gate->area, &limits, &list) < 0) {
		fast_area_see_overwritten(run, tracee, "counts");
		return;
	}
	area_clear_counts(tracee->gate->area, &list);
	for (unsigned int i = 0; i < list.nr; i++)
		collect_count(run, tracee, &list.counts[i]);
}
