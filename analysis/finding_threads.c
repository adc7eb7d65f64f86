// SPDX-License-Identifier: MIT
/*
 * Findings about threads that wait for each other with futexes. The C library's functions on the
 * stack show if a thread waits for a lock or for work. If there are none, the finding says so.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "analysis/finding_scan.h"
#include "profile/util/format.h"
#include "profile/util/xalloc.h"

#define LOCK_CALLS	 200
#define HAND_OVER_CALLS	 1000
#define NEW_THREAD_CALLS 200
#define PER_S		 20
#define NANOSECONDS	 1000000000

void finding_detect_lock(struct finding_scan *scan, struct findings *findings)
{
	for (uint32_t i = 0; i < scan->nr_sites; i++) {
		const struct finding_site *site = &scan->sites[i];
		const struct totals *totals = &site->totals;
		char mean[FORMAT_SIZE];
		char *place;

		if (!site->is_selected || site->class != CLASS_FUTEX ||
		    site_key(site)->role != ROLE_LOCK ||
		    !scan_matters(scan, site, totals->calls, totals->time_ns, LOCK_CALLS))
			continue;
		place = site_place(scan, site);
		scan_add(scan, findings, site, totals,
			 xasprintf("threads wait %" PRIu64 " times for a lock in %s (%s), %s each "
				   "on average",
				   totals->calls, place, site_syscall(site),
				   format_time(mean, totals->time_ns / totals->calls)),
			 "Hold the lock for a shorter time, split it, or give each thread data of "
			 "its own.");
		free(place);
	}
}

/* Waiting is not a cost by itself, so only the number of calls counts here. */
static bool is_handing_over(const struct finding_scan *scan, const struct finding_site *site)
{
	uint32_t role = site_key(site)->role;

	return site->class == CLASS_FUTEX && (role == ROLE_CONDITION || role == ROLE_NONE) &&
	       scan_matters(scan, site, site->totals.calls, 0, HAND_OVER_CALLS);
}

void finding_detect_hand_over(struct finding_scan *scan, struct findings *findings)
{
	for (uint32_t i = 0; i < scan->nr_sites; i++) {
		const struct finding_site *site = &scan->sites[i];
		struct finding *finding;
		char *place;

		if (!site->is_selected || !is_handing_over(scan, site))
			continue;
		place = site_place(scan, site);
		finding = scan_add(
			scan, findings, site, &site->totals,
			xasprintf("%s waits for or wakes another thread %" PRIu64 " times (%s)%s",
				  place, site->totals.calls, site_syscall(site),
				  site_key(site)->role
					  ? ""
					  : "; the stack does not show whether for a lock"),
			"Hand over several pieces of work at once, so that threads wake each "
			"other less often.");
		finding->severity = FINDING_MEDIUM; /* this may be necessary */
		free(place);
	}
}

static bool is_frequent(const struct finding_scan *scan, uint64_t calls, uint64_t least)
{
	return calls >= least && calls >= PER_S * (scan->wall_ns / NANOSECONDS);
}

void finding_detect_threads(struct finding_scan *scan, struct findings *findings)
{
	for (uint32_t i = 0; i < scan->nr_sites; i++) {
		const struct finding_site *site = &scan->sites[i];
		struct finding *finding;
		char *place;

		if (!site->is_selected || site->class != CLASS_FORK ||
		    site_key(site)->role != ROLE_NEW_THREAD ||
		    !is_frequent(scan, site->done.calls, NEW_THREAD_CALLS))
			continue;
		place = site_place(scan, site);
		finding = scan_add(
			scan, findings, site, &site->done,
			xasprintf("%s starts %" PRIu64 " threads (%s)", place, site->done.calls,
				  site_syscall(site)),
			"Keep some threads and give them work (a thread pool): starting one costs "
			"several calls and a stack.");
		finding->severity = FINDING_MEDIUM;
		free(place);
	}
}
