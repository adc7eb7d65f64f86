// SPDX-License-Identifier: MIT
/*
 * Findings about files that are opened by name. A profile need not contain paths, so a file that is
 * opened a thousand times may look like a thousand files. Code that reads directories does open
 * different files and is not reported.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "analysis/finding_scan.h"
#include "profile/util/format.h"
#include "profile/util/xalloc.h"

#define REOPEN_CALLS	1000
#define REOPEN_BYTES	8192 /* read of each file; with more, the opens are there to read */
#define WALK_SHARE	100  /* opens for each directory that is read; with fewer, it is a walk */
#define TIME_ZONE_CALLS 1000

/* Each open has a close, which counts as part of it. */
static bool is_reopening(struct finding_scan *scan, const struct finding_site *site,
			 struct totals *reads)
{
	const struct totals *done = &site->done;

	if (site->class != CLASS_OPEN ||
	    !scan_matters(scan, site, 2 * done->calls, done->time_ns, 2 * REOPEN_CALLS) ||
	    scan_beside(scan, site, CLASS_DIRECTORY, -1).calls >= done->calls / WALK_SHARE)
		return false;
	*reads = scan_near(scan, site, CLASS_READ);
	return reads->bytes / done->calls < REOPEN_BYTES;
}

void finding_detect_reopen(struct finding_scan *scan, struct findings *findings)
{
	for (uint32_t i = 0; i < scan->nr_sites; i++) {
		const struct finding_site *site = &scan->sites[i];
		struct finding *finding;
		struct totals closes, reads;
		char *place;

		if (!site->is_selected || !is_reopening(scan, site, &reads))
			continue;
		closes = scan_beside(scan, site, CLASS_CLOSE, -1);
		place = site_place(scan, site);
		finding = scan_add(
			scan, findings, site, &site->done,
			xasprintf("%s opens files %" PRIu64 " times (%s), and its program closes "
				  "%" PRIu64 "; whether they are the same ones the profile does "
				  "not say",
				  place, site->done.calls, site_syscall(site), closes.calls),
			"If it is one file, keep it open, or keep what was read of it; many small "
			"ones might be packed into one (scprof run --fds and scprof report --by path "
			"show the names).");
		finding_set_figure(finding, "closes", closes.calls);
		finding_set_figure(finding, "read_bytes", reads.bytes);
		free(place);
	}
}

void finding_detect_time_zone(struct finding_scan *scan, struct findings *findings)
{
	for (uint32_t i = 0; i < scan->nr_sites; i++) {
		const struct finding_site *site = &scan->sites[i];
		char *place;

		if (!site->is_selected || site_key(site)->role != ROLE_LOCAL_TIME ||
		    (site->class != CLASS_STAT && site->class != CLASS_OPEN) ||
		    !scan_matters(scan, site, site->totals.calls, site->totals.time_ns,
				  TIME_ZONE_CALLS))
			continue;
		place = site_place(scan, site);
		scan_add(scan, findings, site, &site->totals,
			 xasprintf("the C library looks at the time zone's file %" PRIu64
				   " times (%s) to convert times for %s",
				   site->totals.calls, site_syscall(site), place),
			 "Set TZ (TZ=:/etc/localtime) and the library reads the file once, or use "
			 "localtime_r, which does not look again.");
		free(place);
	}
}
