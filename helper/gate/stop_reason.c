/* SPDX-License-Identifier: MIT */
/*
 * Reasons are constant texts. There are at most some dozens, so the table is searched by the
 * address of the text first.
 */
#include "helper/gate/stop_reason.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "helper/base/run.h"
#include "helper/count/call_kind.h"
#include "helper/gate/fast_divert.h"
#include "helper/gate/fast_known.h"
#include "helper/gate/gate_calls.h"
#include "helper/space/area_reader.h"
#include "helper/unwind/layout.h"
#include "profile/util/xalloc.h"
#include "scprof/thread_area.h"

#define MAX_REASONS 64

static struct reason {
	const char *text;
	uint64_t nr;
} reasons[MAX_REASONS];

static unsigned int nr_reasons;

/* Returns the index of @text, or nr_reasons. The same text may be at several addresses. */
static unsigned int find_text(const char *text)
{
	unsigned int i = 0;

	while (i < nr_reasons && reasons[i].text != text)
		i++;
	if (i < nr_reasons)
		return i;
	for (i = 0; i < nr_reasons; i++)
		if (strcmp(reasons[i].text, text) == 0)
			break;
	return i;
}

void stop_reason_add(const char *reason)
{
	unsigned int i = find_text(reason);

	if (i == MAX_REASONS)
		return;
	if (i == nr_reasons)
		reasons[nr_reasons++].text = reason;
	reasons[i].nr++;
}

static bool is_in_file(const struct tracee *tracee, uint64_t ip)
{
	struct layout *layout = tracee->process->space->layout;
	const struct region *region = layout ? layout_find_file(layout, ip - 1) : NULL;

	return region && region->file;
}

static const char *reason_of_unpatched(const struct tracee *tracee, const struct fast_site *site)
{
	if (site->site.reason)
		return site->site.reason;
	if (!site->known)
		return is_in_file(tracee, site->ip) ? "the run has too many sites"
						    : "its code is in no file";
	if (site->known->is_refused)
		return site->known->site.reason;
	return site->obstacle ? site->obstacle : "its site was not patched yet";
}

/* Returns why gate_before() in gate/gate.c left the call to the helper. */
static const char *reason_of_gate(const struct tracee *tracee, const struct call *call)
{
	const struct thread_area *area = tracee->gate->area;
	const uint64_t stack_end = AREA_LOAD(area->stack_end);

	/* See fast_loading.h. Other uses of this call have had their reason before. */
	if (call_kind(call->abi, call->nr) == CALL_ARCH_PRCTL)
		return "ld.so has mapped the libraries";
	if (call->sp < AREA_LOAD(area->stack_start) || call->sp >= stack_end ||
	    stack_end - call->sp > AREA_MAX_STACK(tracee->gate->area_size))
		return "it was on another stack than its thread's, or too deep in it";
	return "there was no room for its record";
}

static const char *reason_of_kind(const struct call *call)
{
	const uint8_t flags = call->nr < GATE_NR_CALLS ? gate_calls()[call->nr] : 0;

	if (flags & GATE_CALL_MAPS)
		return "it changes which memory is code";
	if ((flags & GATE_CALL_SIGNALS) == GATE_CALL_SIGNALS)
		return "it changes the action of SIGSYS";
	return flags & GATE_CALL_SETS_GS ? "it changes or reads gs"
					 : "such a call is never made in the gate";
}

static const char *reason_of_thread(const struct tracee *tracee, const struct call *call)
{
	if (!tracee->gate->area && tracee->process->space->fast->is_full)
		return tracee->filters ? "a filter of the program denies memory for its area"
				       : "its process may not have more memory for areas";
	if (!tracee->gate->area)
		return tracee->gate->has_overwritten_area ? "its thread has overwritten its area"
							  : "its thread had no area yet";
	if (tracee->gate->is_area_paused)
		return "a signal was held back from its thread";
	/* The gate counts the calls that it leaves to the helper. */
	if (AREA_LOAD(tracee->gate->area->misses) == tracee->gate->nr_misses)
		return "it did not come through the gate, as after a signal";
	if (!AREA_LOAD(tracee->gate->area->stack_end))
		return "its stack cannot be recorded";
	return reason_of_gate(tracee, call);
}

static const char *reason_of_site(const struct tracee *tracee, const struct call *call)
{
	struct fast_space *fast = tracee->process->space->fast;
	const struct fast_site *site = fast_space_find_site(fast, call->ip);

	if (!fast->has_gate)
		return "it was the first of its process";
	if (!site)
		return fast->nr_sites == FAST_MAX_SITES ? "its process has too many sites"
							: "its site was met for the first time";
	return site->is_patched ? reason_of_thread(tracee, call)
				: reason_of_unpatched(tracee, site);
}

static const char *find_reason(struct tracee *tracee)
{
	const struct call *call = &tracee->call;

	if (tracee->has_own_filter)
		return "the program has a filter of its own";
	if (tracee->process->shim_loading.is_loading)
		return "libscprof.so was being loaded";
	if (tracee->process->space->fast->is_refused)
		return tracee->process->space->fast->refusal;
	if (call->abi != SYSCALL_ABI_X86_64)
		return "it is not a 64-bit call";
	if (fast_is_for_helper(tracee, call))
		return reason_of_kind(call);
	return reason_of_site(tracee, call);
}

void stop_reason_count(const struct run *run, struct tracee *tracee)
{
	if (run->settings.is_fast)
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
