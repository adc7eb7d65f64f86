// SPDX-License-Identifier: MIT
/*
 * Findings about calls that fail repeatedly. Errors that belong to a way of working are ignored:
 * EAGAIN in a program that polls, errors of futexes, and timeouts.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/finding_scan.h"
#include "analysis/report_rows.h"
#include "profile/util/format.h"
#include "profile/util/xalloc.h"

#define MISSING_CALLS	  1000
#define SPIN_CALLS	  2000
#define SPIN_OF_SUCCESS	  10
#define INTERRUPTED_CALLS 1000
#define FAILING_CALLS	  1000

/* The calls of one site that failed with the same error. */
struct failure {
	const struct finding_site *site;
	uint32_t error;
	struct totals totals;
};

typedef bool is_wanted(const struct finding_scan *scan, const struct failure *failure);
typedef void add_failure(const struct finding_scan *scan, struct findings *findings,
			 const struct failure *failure, const char *place);

/*
 * Fills in @failure from the entries at @first, which are sorted by error. Returns where the next
 * error starts.
 */
static uint32_t next_failure(struct failure *failure, uint32_t first)
{
	const struct finding_site *site = failure->site;
	uint32_t i = first;

	failure->error = site->entries[first].key.error;
	failure->totals = (struct totals){ 0 };
	for (; i < site->nr_entries && site->entries[i].key.error == failure->error; i++) {
		struct totals totals = totals_of_sample(site->entries[i].sample);

		totals_add(&failure->totals, &totals);
	}
	return i;
}

/* Returns true for rt_sigreturn, whose result is that of the call which the signal interrupted. */
static bool is_sigreturn(const struct finding_site *site)
{
	return strstr(site_syscall(site), "sigreturn");
}

static void for_each_failure(const struct finding_scan *scan, struct findings *findings,
			     is_wanted *wants, add_failure *add)
{
	for (uint32_t i = 0; i < scan->nr_sites; i++) {
		struct failure failure = { .site = &scan->sites[i] };
		uint32_t next = 0;

		if (!failure.site->is_selected || is_sigreturn(failure.site))
			continue;
		while (next < failure.site->nr_entries) {
			char *place;

			next = next_failure(&failure, next);
			if (!failure.error || !wants(scan, &failure))
				continue;
			place = site_place(scan, failure.site);
			add(scan, findings, &failure, place);
			free(place);
		}
	}
}

static struct finding *add_sentence(const struct finding_scan *scan, struct findings *findings,
				    const struct failure *failure, char *sentence,
				    const char *advice)
{
	const struct finding_site *site = failure->site;
	struct finding *finding =
		scan_add(scan, findings, site, &failure->totals, sentence, advice);

	finding_set_figure(finding, "errno_nr", failure->error);
	finding_set_figure(finding, "site_calls", site->totals.calls);
	return finding;
}

static bool is_missing(uint32_t error)
{
	return error == ENOENT || error == ENOTDIR;
}

static bool wants_missing(const struct finding_scan *scan, const struct failure *failure)
{
	return is_missing(failure->error) &&
	       scan_matters(scan, failure->site, failure->totals.calls, failure->totals.time_ns,
			    MISSING_CALLS);
}

static void add_missing(const struct finding_scan *scan, struct findings *findings,
			const struct failure *failure, const char *place)
{
	char percent[FORMAT_SIZE];

	add_sentence(scan, findings, failure,
		     xasprintf("%s asks %" PRIu64 " times for a file that does not exist: %s of "
			       "its calls of %s fail with %s",
			       place, failure->totals.calls,
			       format_percent(percent, failure->totals.calls,
					      failure->site->totals.calls),
			       site_syscall(failure->site), syscall_errno_name(failure->error)),
		     "Shorten the search path or put what is found most often first in it, and "
		     "remember what is not there.");
}

void finding_detect_missing(struct finding_scan *scan, struct findings *findings)
{
	for_each_failure(scan, findings, wants_missing, add_missing);
}

static bool wants_spin(const struct finding_scan *scan, const struct failure *failure)
{
	const struct finding_site *site = failure->site;

	return failure->error == EAGAIN && site->class != CLASS_FUTEX &&
	       failure->totals.calls >= SPIN_OF_SUCCESS * site->done.calls &&
	       scan_matters(scan, failure->site, failure->totals.calls, failure->totals.time_ns,
			    SPIN_CALLS) &&
	       scan_beside(scan, site, CLASS_POLL, -1).calls < failure->totals.calls / 2;
}

static void add_spin(const struct finding_scan *scan, struct findings *findings,
		     const struct failure *failure, const char *place)
{
	add_sentence(scan, findings, failure,
		     xasprintf("%s calls %s %" PRIu64 " times only to be told EAGAIN, and %" PRIu64
			       " times with success: it tries instead of waiting",
			       place, site_syscall(failure->site), failure->totals.calls,
			       failure->site->done.calls),
		     "Wait with poll or epoll_wait until there is something, or make the file "
		     "descriptor blocking.");
}

void finding_detect_spin(struct finding_scan *scan, struct findings *findings)
{
	for_each_failure(scan, findings, wants_spin, add_spin);
}

static bool wants_interrupted(const struct finding_scan *scan, const struct failure *failure)
{
	return failure->error == EINTR && scan_matters(scan, failure->site, failure->totals.calls,
						       failure->totals.time_ns, INTERRUPTED_CALLS);
}

static void add_interrupted(const struct finding_scan *scan, struct findings *findings,
			    const struct failure *failure, const char *place)
{
	char percent[FORMAT_SIZE];

	add_sentence(scan, findings, failure,
		     xasprintf("signals interrupt %s in %s %" PRIu64 " times (EINTR), %s of its "
			       "calls there",
			       site_syscall(failure->site), place, failure->totals.calls,
			       format_percent(percent, failure->totals.calls,
					      failure->site->totals.calls)),
		     "Find out what sends them (a timer is usual) and send fewer, block them "
		     "there, or install the handler with SA_RESTART.");
}

void finding_detect_interrupted(struct finding_scan *scan, struct findings *findings)
{
	for_each_failure(scan, findings, wants_interrupted, add_interrupted);
}

/* Returns true for errors that are normal for such a call, or that other detectors examine. */
static bool is_usual(const struct failure *failure)
{
	enum call_class class = failure->site->class;

	if (class == CLASS_FUTEX || class == CLASS_POLL || class == CLASS_SLEEP ||
	    class == CLASS_WAIT)
		return true;
	return is_missing(failure->error) || failure->error == EAGAIN || failure->error == EINTR ||
	       failure->error == EINPROGRESS || failure->error == EALREADY ||
	       failure->error == ETIMEDOUT;
}

static bool wants_failing(const struct finding_scan *scan, const struct failure *failure)
{
	return !is_usual(failure) && failure->totals.calls >= failure->site->totals.calls / 2 &&
	       scan_matters(scan, failure->site, failure->totals.calls, failure->totals.time_ns,
			    FAILING_CALLS);
}

static const char *failing_advice(const char *syscall, uint32_t error)
{
	if (error == EBADF && !strcmp(syscall, "close"))
		return "close_range closes all descriptors from a number on with one call.";
	if (error == EINVAL && !strncmp(syscall, "readlink", 8))
		return "These paths are not symbolic links: realpath asks about each part of each path. "
		       "Resolve a directory once and remember the result.";
	if (error == ENOTTY && !strcmp(syscall, "ioctl"))
		return "These file descriptors are not terminals: ask once for each, not each time.";
	if (error == ESPIPE)
		return "Pipes and sockets cannot seek: ask once and remember the answer.";
	if (error == ENOSYS || error == EOPNOTSUPP)
		return "The kernel, the file system or a sandbox does not have this call: remember "
		       "that after the first time.";
	if (error == ENODATA)
		return "There are no such attributes: do not ask for them if the result does not "
		       "matter.";
	return "Find out why it fails; a call that is known to fail can be left out.";
}

static void add_failing(const struct finding_scan *scan, struct findings *findings,
			const struct failure *failure, const char *place)
{
	const char *syscall = site_syscall(failure->site);
	char percent[FORMAT_SIZE];

	add_sentence(scan, findings, failure,
		     xasprintf("%s in %s fails with %s %" PRIu64 " times, %s of its calls there",
			       syscall, place, syscall_errno_name(failure->error),
			       failure->totals.calls,
			       format_percent(percent, failure->totals.calls,
					      failure->site->totals.calls)),
		     failing_advice(syscall, failure->error));
}

void finding_detect_failing(struct finding_scan *scan, struct findings *findings)
{
	for_each_failure(scan, findings, wants_failing, add_failing);
}
