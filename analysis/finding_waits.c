// SPDX-License-Identifier: MIT
/*
 * Findings about waiting. Some programs wait too little: poll without a timeout, short sleeps. And
 * the place is found at which most of the wall time passes. A profile knows neither the timeout nor
 * the result of poll. But if nearly every call returned at once and the program did little else, it
 * polled without need. It is not a finding if a program waits as intended: for clients of a server,
 * for children, for work.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "analysis/finding_scan.h"
#include "profile/util/format.h"
#include "profile/util/xalloc.h"

#define BUSY_CALLS    1000
#define BUSY_QUICK    0.90 /* of the calls */
#define BUSY_SHARE    0.60 /* of the program's calls */
#define SLEEP_CALLS   200
#define SLEEPS_PER_S  50
#define SLEEP_NS      10000000
#define WAITING_SHARE 0.50 /* of the wall time */
#define WAITING_NS    100000000
#define NANOSECONDS   1000000000

/* Returns the number of all calls of the program of @site. */
static uint64_t program_calls(const struct finding_scan *scan, const struct finding_site *site)
{
	uint64_t calls = 0;

	for (uint32_t i = 0; i < scan->nr_sites; i++) {
		if (site_key(&scan->sites[i])->process == site_key(site)->process)
			calls += scan->sites[i].totals.calls;
	}
	return calls;
}

static bool is_busy(const struct finding_scan *scan, const struct finding_site *site)
{
	double calls = (double)site->totals.calls;

	return site->class == CLASS_POLL &&
	       scan_matters(scan, site, site->totals.calls, site->totals.time_ns, BUSY_CALLS) &&
	       (double)site->quick_calls >= BUSY_QUICK * calls &&
	       calls >= BUSY_SHARE * (double)program_calls(scan, site);
}

void finding_detect_busy_poll(struct finding_scan *scan, struct findings *findings)
{
	for (uint32_t i = 0; i < scan->nr_sites; i++) {
		const struct finding_site *site = &scan->sites[i];
		struct finding *finding;
		char percent[FORMAT_SIZE];
		uint64_t others;
		char *place;

		if (!site->is_selected || !is_busy(scan, site))
			continue;
		others = program_calls(scan, site) - site->totals.calls;
		place = site_place(scan, site);
		finding = scan_add(
			scan, findings, site, &site->totals,
			xasprintf("%s calls %s %" PRIu64 " times, %s of them return at "
				  "once, and the program makes only %" PRIu64
				  " other calls: it asks again and again instead of "
				  "waiting",
				  place, site_syscall(site), site->totals.calls,
				  format_percent(percent, site->quick_calls, site->totals.calls),
				  others),
			"Give it a timeout instead of 0, or -1 to wait for an event; "
			"handle each event that it reports, or take its descriptor out.");
		finding_set_figure(finding, "quick_calls", site->quick_calls);
		finding_set_figure(finding, "other_calls", others);
		free(place);
	}
}

static bool is_sleeping_briefly(const struct finding_scan *scan, const struct finding_site *site)
{
	const struct totals *totals = &site->totals;

	return site->class == CLASS_SLEEP && totals->calls >= SLEEP_CALLS &&
	       totals->time_ns / totals->calls < SLEEP_NS &&
	       totals->calls >= SLEEPS_PER_S * (scan->wall_ns / NANOSECONDS);
}

void finding_detect_short_sleep(struct finding_scan *scan, struct findings *findings)
{
	for (uint32_t i = 0; i < scan->nr_sites; i++) {
		const struct finding_site *site = &scan->sites[i];
		char mean[FORMAT_SIZE];
		char *place;

		if (!site->is_selected || !is_sleeping_briefly(scan, site))
			continue;
		place = site_place(scan, site);
		scan_add(scan, findings, site, &site->totals,
			 xasprintf("%s sleeps %" PRIu64 " times (%s), %s each on average", place,
				   site->totals.calls, site_syscall(site),
				   format_time(mean, site->totals.time_ns / site->totals.calls)),
			 "Wait for the event itself (poll, a condition variable, inotify) instead "
			 "of looking for it at intervals.");
		free(place);
	}
}

/*
 * Returns true if it is the purpose of the program to wait at @site: for clients of a server, for
 * its own threads and children, or, in a run of several programs, for the other end of a pipe.
 */
static bool is_purpose(const struct finding_scan *scan, const struct finding_site *site)
{
	if (scan_beside(scan, site, CLASS_LISTEN, -1).calls ||
	    scan_beside(scan, site, CLASS_FORK, -1).calls)
		return true;
	for (uint32_t i = 0; i < scan->nr_sites; i++) {
		const struct finding_site *other = &scan->sites[i];

		if (other->class == CLASS_FORK && other->done.calls &&
		    site_key(other)->role != ROLE_NEW_THREAD)
			return true;
	}
	return false;
}

static bool is_waiting(const struct finding_scan *scan, const struct finding_site *site)
{
	if (site->totals.time_ns < WAITING_NS ||
	    (double)site->totals.time_ns < WAITING_SHARE * (double)scan->wall_ns)
		return false;
	switch (site->class) {
	case CLASS_READ:
	case CLASS_RECEIVE:
	case CLASS_POLL:
	case CLASS_WRITE:
	case CLASS_SEND:
		return !is_purpose(scan, site);
	case CLASS_SLEEP:
		return !is_sleeping_briefly(scan, site);
	case CLASS_TRANSFER:
	case CLASS_CONNECT:
	case CLASS_LOCK:
		return true;
	default:
		return false;
	}
}

void finding_detect_waiting(struct finding_scan *scan, struct findings *findings)
{
	const struct finding_site *longest = NULL;
	struct finding *finding;
	char share[FORMAT_SIZE], time[FORMAT_SIZE], wall[FORMAT_SIZE];
	char *place;

	for (uint32_t i = 0; i < scan->nr_sites; i++) {
		const struct finding_site *site = &scan->sites[i];

		if (site->is_selected && is_waiting(scan, site) &&
		    (!longest || site->totals.time_ns > longest->totals.time_ns))
			longest = site;
	}
	if (!longest || !scan->wall_ns)
		return;
	place = site_place(scan, longest);
	finding = scan_add_text(
		scan, findings, longest, &longest->totals,
		xasprintf("%s spends %s in %" PRIu64 " call%s of %s, all threads together; the run "
			  "took %s, so that is %s of the wall time.",
			  place, format_time(time, longest->totals.time_ns), longest->totals.calls,
			  format_plural(longest->totals.calls), site_syscall(longest),
			  format_time(wall, scan->wall_ns),
			  format_percent(share, longest->totals.time_ns, scan->wall_ns)),
		"If the program is meant to wait there, all is well; if not, look at what it waits "
		"for, or do other work meanwhile.");
	finding->severity = FINDING_NOTE;
	free(place);
}
