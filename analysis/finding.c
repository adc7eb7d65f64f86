// SPDX-License-Identifier: MIT
/*
 * The table of detectors, and what they have in common: when calls are worth a word, and how
 * findings are ranked. The thresholds are those of doc/findings.md.
 */
#include "analysis/finding.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/finding_scan.h"
#include "profile/util/format.h"
#include "profile/util/xalloc.h"

#define LEAST_CALL_SHARE   0.08 /* of all calls */
#define LEAST_TIME_SHARE   0.05 /* of the time in calls */
#define LEAST_WALL_SHARE   0.01 /* of the wall time */
#define LEAST_CALLS_PER_S  1000
#define LEAST_CALLS_OF_RUN 40
#define MEDIUM_SHARE	   0.05
#define HIGH_SHARE	   0.30
#define HIGH_CALLS_PER_S   5000
#define HIGH_WALL_SHARE	   0.05
#define MAX_OF_KIND	   3
#define NANOSECONDS_PER_S  1e9

static const struct detector {
	const char *name;
	finding_detect *detect;
	bool needs_all_calls; /* it compares with calls that --trace may have left out */
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

const char *finding_severity_name(enum finding_severity severity)
{
	static const char *const names[] = { "note", "medium", "high" };

	return names[severity];
}

const char *finding_detector(unsigned int nth, const char **summary)
{
	if (nth >= NR_DETECTORS)
		return NULL;
	*summary = detectors[nth].summary;
	return detectors[nth].name;
}

static double share(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : 0;
}

static double max(double a, double b)
{
	return a > b ? a : b;
}

/* Returns how often the program of @site was executed or forked; hostile counts do not wrap around. */
static double nr_runs(const struct finding_scan *scan, const struct finding_site *site)
{
	return 1 + (double)scan_beside(scan, site, CALL_EXEC, -1).calls +
	       (double)scan_beside(scan, site, CALL_FORK, ROLE_NONE).calls;
}

bool scan_matters(const struct finding_scan *scan, const struct finding_site *site, uint64_t calls,
		  uint64_t time_ns, uint64_t least_calls)
{
	double seconds = (double)scan->wall_ns / NANOSECONDS_PER_S;

	if (calls < least_calls)
		return false;
	if (share(calls, scan->total.calls) < LEAST_CALL_SHARE &&
	    share(time_ns, scan->total.time_ns) < LEAST_TIME_SHARE)
		return false;
	if ((double)calls < LEAST_CALLS_PER_S * seconds &&
	    share(time_ns, scan->wall_ns) < LEAST_WALL_SHARE)
		return false;
	return (double)calls >= LEAST_CALLS_OF_RUN * nr_runs(scan, site);
}

const char *site_syscall(const struct finding_site *site)
{
	return syscall_name(site_key(site)->abi, site_key(site)->nr);
}

void finding_set_figure(struct finding *finding, const char *name, uint64_t value)
{
	int i = 0;

	while (i + 1 < FINDING_MAX_FIGURES && finding->figures[i].name)
		i++;
	finding->figures[i] = (struct finding_figure){ name, value };
}

/* A great share of little is no reason to act. */
static enum finding_severity severity(const struct finding_scan *scan,
				      const struct finding *finding)
{
	const struct totals *totals = &finding->totals;
	double seconds = (double)scan->wall_ns / NANOSECONDS_PER_S;

	if (finding->share >= HIGH_SHARE &&
	    ((double)totals->calls >= HIGH_CALLS_PER_S * seconds ||
	     share(totals->time_ns, scan->wall_ns) >= HIGH_WALL_SHARE))
		return FINDING_HIGH;
	return finding->share >= MEDIUM_SHARE ? FINDING_MEDIUM : FINDING_NOTE;
}

struct finding *scan_add_text(const struct finding_scan *scan, struct findings *findings,
			      const struct finding_site *site, const struct totals *totals,
			      char *text, const char *advice)
{
	const struct finding_key *key = site_key(site);
	struct finding *finding;

	findings->list = xreallocarray(findings->list, findings->nr + 1, sizeof(*findings->list));
	finding = &findings->list[findings->nr++];
	*finding = (struct finding){
		.location = key->location,
		.nr = key->nr,
		.abi = key->abi,
		.process = key->process,
		.totals = *totals,
		.text = text,
		.advice = xstrdup(advice),
	};
	finding->share = max(share(totals->calls, scan->total.calls),
			     max(share(totals->time_ns, scan->total.time_ns),
				 share(totals->time_ns, scan->wall_ns)));
	if (finding->share > 1)
		finding->share = 1;
	finding->severity = severity(scan, finding);
	return finding;
}

struct finding *scan_add(const struct finding_scan *scan, struct findings *findings,
			 const struct finding_site *site, const struct totals *totals,
			 char *sentence, const char *advice)
{
	char calls[FORMAT_SIZE], part[FORMAT_SIZE], time[FORMAT_SIZE];
	char *text = xasprintf("%s; that is %s of all calls and %s of their time (%s).", sentence,
			       format_percent(calls, totals->calls, scan->total.calls),
			       format_percent(part, totals->time_ns, scan->total.time_ns),
			       format_time(time, totals->time_ns));

	free(sentence);
	return scan_add_text(scan, findings, site, totals, text, advice);
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

static void finding_fini(struct finding *finding)
{
	free(finding->text);
	free(finding->advice);
}

/* Of one kind, more than the gravest few would hide the others. */
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

void findings_fini(struct findings *findings)
{
	for (uint32_t i = 0; i < findings->nr; i++)
		finding_fini(&findings->list[i]);
	free(findings->list);
	*findings = (struct findings){ 0 };
}
