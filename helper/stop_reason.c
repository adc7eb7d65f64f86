/* SPDX-License-Identifier: MIT */
/*
 * Reasons are constant texts. There are at most some dozens, so the table is searched by the
 * address of the text.
 */
#include "helper/stop_reason.h"

#include <inttypes.h>
#include <stdlib.h>

#include "helper/fast_memory.h"
#include "helper/layout.h"
#include "profile/util/xalloc.h"
#include "scprof/thread_area.h"

#define MAX_REASONS 64

static struct reason {
	const char *text;
	uint64_t nr;
} reasons[MAX_REASONS];

static unsigned int nr_reasons;

void stop_reason_add(const char *reason)
{
	unsigned int i;

	for (i = 0; i < nr_reasons; i++)
		if (reasons[i].text == reason)
			break;
	if (i == MAX_REASONS)
		return;
	if (i == nr_reasons)
		reasons[nr_reasons++].text = reason;
	reasons[i].nr++;
}

static const char *reason_of_unpatched(const struct fast_site *site)
{
	if (site->site.reason)
		return site->site.reason;
	if (!site->known)
		return "its code is in no file";
	if (site->is_refused)
		return site->known->site.reason ? site->known->site.reason
						: "its site is not what the file has there";
	if (site->known->is_classified)
		return "other threads may be at its site";
	return "its site was not patched yet";
}

static const char *reason_of_site(const struct tracee *tracee, const struct call *call)
{
	const struct fast_space *fast = tracee->process->space->fast;
	const struct fast_site *site = fast_space_find_site(tracee->process->space->fast, call->ip);

	if (!fast->has_gate)
		return "it was the first of its process";
	if (!site)
		return "its site was met for the first time";
	if (!site->is_patched)
		return reason_of_unpatched(site);
	if (!tracee->area && fast->is_full)
		return "its process may not have more memory for areas";
	if (!tracee->area)
		return "its thread had no area yet";
	if (!tracee->area->stack_end)
		return "its stack cannot be recorded";
	return "the gate could not make it";
}

static const char *find_reason(const struct tracee *tracee)
{
	const struct call *call = &tracee->call;

	if (tracee->has_own_filter)
		return "the program has a filter of its own";
	if (tracee->process->space->fast->is_refused)
		return "its process has no gate";
	if (call->abi != SYSCALL_ABI_X86_64)
		return "it is not a 64-bit call";
	if (call->nr < GATE_NR_CALLS && !(fast_memory_calls()[call->nr] & GATE_CALL_IN_PLACE))
		return "such a call is never made in the gate";
	return reason_of_site(tracee, call);
}

void stop_reason_count(const struct tracer *tracer, const struct tracee *tracee)
{
	if (tracer->settings.is_fast)
		stop_reason_add(find_reason(tracee));
}

static int compare_reasons(const void *a, const void *b)
{
	const struct reason *x = a, *y = b;

	return x->nr > y->nr ? -1 : x->nr < y->nr;
}

char *stop_reason_describe(void)
{
	char *text = xstrdup("");

	qsort(reasons, nr_reasons, sizeof(reasons[0]), compare_reasons);
	for (unsigned int i = 0; i < nr_reasons; i++) {
		char *longer = xasprintf("%s%s%" PRIu64 ": %s", text, i ? "; " : "", reasons[i].nr,
					 reasons[i].text);

		free(text);
		text = longer;
	}
	return text;
}
