// SPDX-License-Identifier: MIT
/*
 * Findings about calls that could be made less often, about programs that are started, and about
 * io_uring, whose operations are not system calls and so are in no profile.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "analysis/finding_scan.h"
#include "analysis/report_rows.h"
#include "profile/util/format.h"
#include "profile/util/xalloc.h"

#define STORM_CALLS   2000
#define PROGRAM_CALLS 100
#define PROCESS_CALLS 200
#define PER_S	      10
#define MANY_PER_S    50
#define NANOSECONDS   1000000000

static bool is_storm(const struct finding_scan *scan, const struct finding_site *site)
{
	return site->is_selected &&
	       scan_matters(scan, site, site->totals.calls, site->totals.time_ns, STORM_CALLS);
}

void finding_detect_clock(struct finding_scan *scan, struct findings *findings)
{
	for (uint32_t i = 0; i < scan->nr_sites; i++) {
		const struct finding_site *site = &scan->sites[i];
		bool is_vdso = site_key(site)->is_vdso;
		char *place;

		if (site->class != CLASS_CLOCK || !is_storm(scan, site))
			continue;
		place = site_place(scan, site);
		scan_add(
			scan, findings, site, &site->totals,
			xasprintf("%s reads a clock by a real system call, %s, %" PRIu64 " times%s",
				  place, site_syscall(site), site->totals.calls,
				  is_vdso ? "; the vdso was asked and could not answer" : ""),
			is_vdso ? "A CPU-time clock always takes a call; for others see whether "
				  "/sys/devices/system/clocksource/clocksource0/current_clocksource "
				  "is tsc."
				: "Call the C library's function instead of the system call, and "
				  "the vdso answers without the kernel.");
		free(place);
	}
}

static const char *storm_advice(enum call_class class)
{
	switch (class) {
	case CLASS_IDENTITY:
		return "Ask once and remember the answer.";
	case CLASS_RANDOM:
		return "Draw a larger block at a time, or seed a generator of your own.";
	case CLASS_YIELD:
		return "Something spins: wait with a mutex, a condition variable or a futex.";
	default:
		return NULL;
	}
}

void finding_detect_storm(struct finding_scan *scan, struct findings *findings)
{
	for (uint32_t i = 0; i < scan->nr_sites; i++) {
		const struct finding_site *site = &scan->sites[i];
		const char *advice = storm_advice(site->class);
		char *place;

		if (!advice || !is_storm(scan, site))
			continue;
		place = site_place(scan, site);
		scan_add(scan, findings, site, &site->totals,
			 xasprintf("%s calls %s %" PRIu64 " times", place, site_syscall(site),
				   site->totals.calls),
			 advice);
		free(place);
	}
}

void finding_detect_context(struct finding_scan *scan, struct findings *findings)
{
	for (uint32_t i = 0; i < scan->nr_sites; i++) {
		const struct finding_site *site = &scan->sites[i];
		char *place;

		if (site->class != CLASS_MASK || site_key(site)->role != ROLE_CONTEXT ||
		    !is_storm(scan, site))
			continue;
		place = site_place(scan, site);
		scan_add(scan, findings, site, &site->totals,
			 xasprintf("%s saves or sets the signal mask %" PRIu64
				   " times (%s) when it switches contexts or prepares a jump",
				   place, site->totals.calls, site_syscall(site)),
			 "Use _setjmp or sigsetjmp(env, 0), or a context switch that leaves the "
			 "signal mask alone.");
		free(place);
	}
}

static bool starts_processes(const struct finding_site *site)
{
	return site->class == CLASS_FORK && site_key(site)->role != ROLE_NEW_THREAD;
}

/* A finding about the whole run. Its call site is the one that started most programs. */
void finding_detect_processes(struct finding_scan *scan, struct findings *findings)
{
	const struct finding_site *most = NULL;
	struct totals forks = { 0 }, programs = { 0 };
	struct finding *finding;
	char *place;

	for (uint32_t i = 0; i < scan->nr_sites; i++) {
		const struct finding_site *site = &scan->sites[i];

		if (site->class == CLASS_EXEC)
			totals_add(&programs, &site->done);
		if (!starts_processes(site))
			continue;
		totals_add(&forks, &site->done);
		if (site->is_selected && (!most || site->done.calls > most->done.calls))
			most = site;
	}
	if (!most || (programs.calls < PROGRAM_CALLS && forks.calls < PROCESS_CALLS) ||
	    forks.calls < PER_S * (scan->wall_ns / NANOSECONDS))
		return;
	place = site_place(scan, most);
	finding = scan_add(scan, findings, most, &forks,
			   xasprintf("the run starts %" PRIu64 " processes, %" PRIu64
				     " of them in %s by %s, and executes %" PRIu64 " program%s",
				     forks.calls, most->done.calls, place, site_syscall(most),
				     programs.calls, format_plural(programs.calls)),
			   "Each costs about a millisecond until it does its work: do more in one "
			   "process, in a shell by its own expansions and built-in commands.");
	finding_set_figure(finding, "programs", programs.calls);
	finding->severity = forks.calls >= MANY_PER_S * (scan->wall_ns / NANOSECONDS)
				    ? FINDING_HIGH
				    : FINDING_MEDIUM;
	free(place);
}

void finding_detect_ring(struct finding_scan *scan, struct findings *findings)
{
	for (uint32_t i = 0; i < scan->nr_sites; i++) {
		const struct finding_site *site = &scan->sites[i];
		struct finding *finding;
		struct totals enters;
		char *place;

		if (site->class != CLASS_RING_SETUP || !site->is_selected || !site->done.calls)
			continue;
		enters = scan_beside(scan, site, CLASS_RING_ENTER, -1);
		place = site_place(scan, site);
		finding = scan_add_text(
			scan, findings, site, &enters,
			xasprintf(
				"%s sets up io_uring, and the program calls io_uring_enter %" PRIu64
				" time%s: operations submitted that way are not system calls, so "
				"this profile does not show them.",
				place, enters.calls, format_plural(enters.calls)),
			"Read the figures as those of the other calls alone; perf trace -e "
			"'io_uring:*' shows the operations.");
		finding->severity = FINDING_NOTE;
		finding_set_figure(finding, "rings", site->done.calls);
		free(place);
	}
}
