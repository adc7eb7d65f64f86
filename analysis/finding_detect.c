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
	const char *summary;
} detectors[] = {
	{ "tiny-io", finding_detect_tiny_io, true, "many reads or writes of few bytes" },
	{ "seek", finding_detect_seek, true, "a seek for each read or write" },
	{ "sync", finding_detect_sync, false, "a sync after every few bytes" },
	{ "reopen", finding_detect_reopen, true,
	  "files opened and closed again and again from one place" },
	{ "time-zone", finding_detect_time_zone, false,
	  "the time zone's file looked at for each conversion of a time" },
	{ "missing", finding_detect_missing, false, "files searched for that do not exist" },
	{ "spin", finding_detect_spin, true,
	  "a call repeated until it no longer fails with EAGAIN" },
	{ "interrupted", finding_detect_interrupted, false,
	  "calls that signals interrupt all the time" },
	{ "failing", finding_detect_failing, false, "calls that fail nearly always" },
	{ "allocation", finding_detect_allocation, false,
	  "an allocator that takes memory from the kernel and gives it back" },
	{ "mapping", finding_detect_mapping, true, "memory mapped and unmapped" },
	{ "lock", finding_detect_lock, false, "threads that wait for a lock" },
	{ "hand-over", finding_detect_hand_over, false,
	  "threads that wake one another for every piece of work" },
	{ "busy-poll", finding_detect_busy_poll, true,
	  "poll, select or epoll_wait without waiting" },
	{ "short-sleep", finding_detect_short_sleep, false, "many short sleeps" },
	{ "clock", finding_detect_clock, false, "clocks that the vdso does not read" },
	{ "storm", finding_detect_storm, false,
	  "questions whose answer hardly changes, and sched_yield" },
	{ "context", finding_detect_context, false,
	  "the signal mask saved with each switch or jump" },
	{ "processes", finding_detect_processes, false, "many short-lived programs" },
	{ "threads", finding_detect_threads, false, "many short-lived threads" },
	{ "waiting", finding_detect_waiting, true,
	  "one place in which most of the wall time goes by" },
	{ "io_uring", finding_detect_ring, false, "work that is no system call" },
};

#define NR_DETECTORS (sizeof(detectors) / sizeof(detectors[0]))

const char *finding_detector(unsigned int nth, const char **summary)
{
	if (nth >= NR_DETECTORS)
		return NULL;
	*summary = detectors[nth].summary;
	return detectors[nth].name;
}

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
