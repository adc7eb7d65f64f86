/* SPDX-License-Identifier: MIT */
/*
 * A profile as the detectors of findings look at it: its calls summed by site, and what other calls
 * were made beside those of a site. Private to the files finding*.c.
 */
#ifndef SCPROF_ANALYSIS_FINDING_SCAN_H
#define SCPROF_ANALYSIS_FINDING_SCAN_H

#include "analysis/call_class.h"
#include "analysis/finding.h"
#include "analysis/report_filter.h"
#include "analysis/user_code.h"

#define FINDING_QUICK_NS 50000 /* a call that took less did not wait for anything */

/* The calls of one place in your code, by one program, of one kind. */
struct finding_key {
	struct location location;
	uint32_t process; /* string id */
	uint32_t nr;
	uint32_t abi;
	uint32_t role;	  /* enum call_role */
	uint32_t is_vdso; /* made by the vdso, which could not answer by itself */
	uint32_t error;	  /* the last, so that a site is a run of entries */
};

struct finding_entry {
	struct finding_key key;
	const struct sample *sample;
};

struct finding_site {
	const struct finding_entry *entries; /* of equal key but for the error, sorted by it */
	uint32_t nr_entries;
	enum call_class class;
	struct totals totals;
	struct totals done;   /* of those that succeeded */
	uint64_t quick_calls; /* took less than FINDING_QUICK_NS */
	bool is_selected;
};

struct finding_scan {
	const struct profile *profile;
	struct user_code own;
	struct finding_entry *entries;
	uint32_t nr_entries;
	struct finding_site *sites;
	uint32_t nr_sites;
	struct totals total;
	uint64_t wall_ns;
	bool has_all_calls; /* no --trace left calls out */
	struct totals
		*below[NR_CALL_CLASSES]; /* by stack id: of it and its callees; NULL: not made */
};

void finding_scan_init(struct finding_scan *scan, const struct profile *profile,
		       const struct report_filter *filter);
void finding_scan_fini(struct finding_scan *scan);

static inline const struct finding_key *site_key(const struct finding_site *site)
{
	return &site->entries->key;
}

/* Returns the calls of @class that succeeded in the program of @site; of @role unless negative. */
struct totals scan_beside(const struct finding_scan *scan, const struct finding_site *site,
			  enum call_class class, int role);

/*
 * Returns the calls of @class that the innermost function on the stacks of @site made, itself or
 * in what it called, that made any.
 */
struct totals scan_near(struct finding_scan *scan, const struct finding_site *site,
			enum call_class class);

/*
 * Returns true if @calls of @site that took @time_ns are worth a word: at least @least_calls, of
 * some share and frequency, and not few in each of many short processes (doc/findings.md).
 */
bool scan_matters(const struct finding_scan *scan, const struct finding_site *site, uint64_t calls,
		  uint64_t time_ns, uint64_t least_calls);

/*
 * Returns the call's name, and the site's place for the caller to free. A place without a line in a
 * source file is followed by the nearest caller that has one, or at least says more.
 */
const char *site_syscall(const struct finding_site *site);
char *site_place(const struct finding_scan *scan, const struct finding_site *site);

/*
 * Adds a finding about @totals of @site and returns it, to be given figures; valid until the next
 * is added. @sentence, which is taken, has no full stop: what share the calls are is put after it.
 */
struct finding *scan_add(const struct finding_scan *scan, struct findings *findings,
			 const struct finding_site *site, const struct totals *totals,
			 char *sentence, const char *advice);
/* The same with a whole @text, taken too. */
struct finding *scan_add_text(const struct finding_scan *scan, struct findings *findings,
			      const struct finding_site *site, const struct totals *totals,
			      char *text, const char *advice);

/* The detectors: each adds what it finds in @scan to @findings. */
typedef void finding_detect(struct finding_scan *scan, struct findings *findings);
finding_detect finding_detect_tiny_io, finding_detect_seek, finding_detect_sync;
finding_detect finding_detect_reopen, finding_detect_time_zone;
finding_detect finding_detect_missing, finding_detect_spin, finding_detect_interrupted,
	finding_detect_failing;
finding_detect finding_detect_allocation, finding_detect_mapping;
finding_detect finding_detect_lock, finding_detect_hand_over;
finding_detect finding_detect_busy_poll, finding_detect_short_sleep, finding_detect_waiting;
finding_detect finding_detect_clock, finding_detect_storm, finding_detect_context,
	finding_detect_processes, finding_detect_threads, finding_detect_ring;

#endif
