// SPDX-License-Identifier: MIT
/*
 * Findings about reads and writes: few bytes at a time, a seek for each, a sync after each. Small
 * reads and writes are not reported where a program waits for messages: if reads have to wait for
 * their bytes, or if poll or epoll_wait says what to read.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/finding_scan.h"
#include "profile/util/format.h"
#include "profile/util/xalloc.h"

#define TINY_CALLS	 2000
#define TINY_BYTES	 1024 /* on average, or less */
#define READS_OF_A_FILE	 4    /* with so few reads for each open, they are those of small files */
#define SEEK_CALLS	 2000
#define SYNC_CALLS	 20
#define SYNC_BYTES	 65536
#define SYNC_SHARE	 0.05 /* of the time in calls */
#define LOG_BYTES	 16
#define EVENT_POLLS	 100
#define EVENTS_OF_A_POLL 1000

static const char read_advice[] =
	"Read larger blocks, 64 KiB or so, into a buffer and take the pieces from there, as stdio "
	"does.";
static const char write_advice[] =
	"Collect the output in a buffer and write 64 KiB or so at a time, as stdio does unless it "
	"is flushed.";

/* Returns true if events tell the program of @site what to read and write. */
static bool is_event_driven(const struct finding_scan *scan, const struct finding_site *site)
{
	struct totals polls = scan_beside(scan, site, CLASS_POLL, -1);

	return polls.calls >= EVENT_POLLS && polls.calls >= site->totals.calls / EVENTS_OF_A_POLL;
}

/*
 * Returns true if an event-driven program sends its messages with other calls. Then what @site
 * writes is not a message but probably a log. Very few bytes may be there to wake a thread.
 */
static bool is_beside_messages(const struct finding_scan *scan, const struct finding_site *site)
{
	uint64_t messages = scan_beside(scan, site, CLASS_SEND, -1).calls +
			    scan_beside(scan, site, CLASS_TRANSFER, -1).calls;

	if (strcmp(site_syscall(site), "write") || site->done.bytes / site->done.calls < LOG_BYTES)
		return false;
	for (uint32_t i = 0; i < scan->nr_sites; i++) {
		const struct finding_site *other = &scan->sites[i];

		if (site_key(other)->process == site_key(site)->process &&
		    !strcmp(site_syscall(other), "writev"))
			messages += other->done.calls;
	}
	return messages >= site->done.calls;
}

static bool is_tiny(const struct finding_scan *scan, const struct finding_site *site)
{
	const struct totals *done = &site->done;

	if (site->class != CLASS_READ && site->class != CLASS_WRITE)
		return false;
	if (!scan_matters(scan, site, done->calls, done->time_ns, TINY_CALLS) ||
	    done->bytes / done->calls >= TINY_BYTES)
		return false;
	if (site->class == CLASS_READ &&
	    (site->quick_calls < site->totals.calls / 2 ||
	     scan_beside(scan, site, CLASS_OPEN, -1).calls >= done->calls / READS_OF_A_FILE))
		return false;
	return !is_event_driven(scan, site) || is_beside_messages(scan, site);
}

static void add_tiny(const struct finding_scan *scan, struct findings *findings,
		     const struct finding_site *site)
{
	uint64_t bytes = site->done.bytes / site->done.calls;
	char *place = site_place(scan, site);
	struct finding *finding;
	char *each, *sentence;

	each = site->done.bytes ? xasprintf("for %" PRIu64 " byte%s each on average",
					    bytes ? bytes : 1, format_plural(bytes ? bytes : 1))
				: xstrdup("without moving a byte");
	sentence = xasprintf("%s calls %s %" PRIu64 " times %s", place, site_syscall(site),
			     site->done.calls, each);
	finding = scan_add(scan, findings, site, &site->done, sentence,
			   site->class == CLASS_READ ? read_advice : write_advice);
	finding_set_figure(finding, "mean_bytes", bytes);
	free(each);
	free(place);
}

void finding_detect_tiny_io(struct finding_scan *scan, struct findings *findings)
{
	for (uint32_t i = 0; i < scan->nr_sites; i++) {
		const struct finding_site *site = &scan->sites[i];

		if (site->is_selected && is_tiny(scan, site))
			add_tiny(scan, findings, site);
	}
}

/*
 * Some libraries seek once or twice in each file that they open, to find its size: this is not
 * reported.
 */
static bool is_seeking(struct finding_scan *scan, const struct finding_site *site,
		       struct totals *transfers)
{
	const struct totals *done = &site->done;
	struct totals reads, writes;

	if (site->class != CLASS_SEEK ||
	    !scan_matters(scan, site, done->calls, done->time_ns, SEEK_CALLS) ||
	    scan_beside(scan, site, CLASS_OPEN, -1).calls > done->calls / 4)
		return false;
	reads = scan_near(scan, site, CLASS_READ);
	writes = scan_near(scan, site, CLASS_WRITE);
	*transfers = reads.calls >= writes.calls ? reads : writes;
	return transfers->calls >= done->calls / 2 && transfers->calls <= done->calls * 2;
}

void finding_detect_seek(struct finding_scan *scan, struct findings *findings)
{
	for (uint32_t i = 0; i < scan->nr_sites; i++) {
		const struct finding_site *site = &scan->sites[i];
		struct totals transfers;
		struct finding *finding;
		char *place;

		if (!site->is_selected || !is_seeking(scan, site, &transfers))
			continue;
		place = site_place(scan, site);
		finding = scan_add(
			scan, findings, site, &site->done,
			xasprintf("%s calls %s %" PRIu64 " times, beside %" PRIu64
				  " reads or writes",
				  place, site_syscall(site), site->done.calls, transfers.calls),
			"pread and pwrite take the offset themselves and need no seek; in stdio, "
			"fseek also throws the buffer away.");
		finding_set_figure(finding, "transfers", transfers.calls);
		free(place);
	}
}

static bool is_syncing(const struct finding_scan *scan, const struct finding_site *site)
{
	const struct totals *done = &site->done;

	return site->class == CLASS_SYNC && done->calls >= SYNC_CALLS &&
	       (double)done->time_ns >= SYNC_SHARE * (double)scan->working_ns;
}

/* Says what was written for each sync, as far as the stacks show it. */
static char *sync_sentence(const struct finding_scan *scan, const struct finding_site *site,
			   const struct totals *writes)
{
	char bytes[FORMAT_SIZE], mean[FORMAT_SIZE];
	char *place = site_place(scan, site);
	char *pieces, *sentence;

	if (writes->calls)
		pieces = xasprintf(", once for each %s that the function or its callers wrote",
				   format_bytes(bytes, writes->bytes / site->done.calls));
	else
		pieces = xstrdup("");
	sentence = xasprintf("%s calls %s %" PRIu64 " times, %s each%s", place, site_syscall(site),
			     site->done.calls,
			     format_time(mean, site->done.time_ns / site->done.calls), pieces);
	free(pieces);
	free(place);
	return sentence;
}

void finding_detect_sync(struct finding_scan *scan, struct findings *findings)
{
	for (uint32_t i = 0; i < scan->nr_sites; i++) {
		const struct finding_site *site = &scan->sites[i];
		struct finding *finding;
		struct totals writes;

		if (!site->is_selected || !is_syncing(scan, site))
			continue;
		writes = scan_near(scan, site, CLASS_WRITE);
		if (writes.bytes / site->done.calls >= SYNC_BYTES)
			continue;
		finding = scan_add(scan, findings, site, &site->done,
				   sync_sentence(scan, site, &writes),
				   "Sync once for many writes: one transaction for many rows, one "
				   "commit for a group of changes.");
		finding_set_figure(finding, "written_bytes", writes.bytes);
		finding_set_figure(finding, "writes", writes.calls);
	}
}
