// SPDX-License-Identifier: MIT
/*
 * The table of detectors, and the order of findings.
 */
#include "analysis/finding_detect.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/finding_scan.h"

#define MAX_OF_KIND 3

static const struct detector {
	const char *name;
	finding_detect *detect;
	bool needs_all_calls; /* it compares with calls that --trace may have excluded */
} detectors[] = {
	{ "tiny-io", finding_detect_tiny_io, true },
	{ "seek", finding_detect_seek, true },
	{ "sync", finding_detect_sync, false },
	{ "reopen", finding_detect_reopen, true },
	{ "time-zone", finding_detect_time_zone, false },
	{ "missing", finding_detect_missing, false },
	{ "spin", finding_detect_spin, true },
	{ "interrupted", finding_detect_interrupted, false },
	{ "failing", finding_detect_failing, false },
	{ "allocation", finding_detect_allocation, false },
	{ "mapping", finding_detect_mapping, true },
	{ "lock", finding_detect_lock, false },
	{ "hand-over", finding_detect_hand_over, false },
	{ "busy-poll", finding_detect_busy_poll, true },
	{ "short-sleep", finding_detect_short_sleep, false },
	{ "clock", finding_detect_clock, false },
	{ "storm", finding_detect_storm, false },
	{ "context", finding_detect_context, false },
	{ "processes", finding_detect_processes, false },
	{ "threads", finding_detect_threads, false },
	{ "waiting", finding_detect_waiting, true },
	{ "io_uring", finding_detect_ring, false },
};

#define NR_DETECTORS (sizeof(detectors) / sizeof(detectors[0]))

static int compare(const void *a, const void *b)
{
	const struct finding *left = a, *right = b;

	if (left->severity != right->severity)
		return left->severity > right->severity ? -1 : 1;
	if (left->share < right->share || left->share > right->share)
		return left->share > right->share ? -1 : 1;
	return strcmp(left->text, right->text);
}

/* Keeps only the most severe few findings of each kind, so that they do not hide other kinds. */
static void drop_more_of_a_kind(struct findings *findings)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < findings->nr; i++) {
		unsigned int nr_same = 0;

		for (uint32_t j = 0; j < kept; j++)
			nr_same += !strcmp(findings->list[j].kind, findings->list[i].kind);
		if (nr_same < MAX_OF_KIND)
			findings->list[kept++] = findings->list[i];
		else
			finding_fini(&findings->list[i]);
	}
	findings->nr = kept;
}

void findings_init(struct findings *findings, const struct profile *profile,
		   const struct report_filter *filter)
{
	struct finding_scan scan;

	*findings = (struct findings){ 0 };
	finding_scan_init(&scan, profile, filter);
	for (size_t i = 0; i < NR_DETECTORS; i++) {
		uint32_t first = findings->nr;

		if (detectors[i].needs_all_calls && !scan.has_all_calls)
			continue;
		detectors[i].detect(&scan, findings);
		for (; first < findings->nr; first++)
			findings->list[first].kind = detectors[i].name;
	}
	finding_scan_fini(&scan);
	if (!findings->nr)
		return;
	qsort(findings->list, findings->nr, sizeof(*findings->list), compare);
	drop_more_of_a_kind(findings);
}
