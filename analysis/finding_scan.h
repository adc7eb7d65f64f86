/* SPDX-License-Identifier: MIT */
/*
 * A profile in the form that the detectors of findings need: the calls of each site, and which
 * other calls were made in the same program. Private to the files finding*.c.
 */
#ifndef SCPROF_ANALYSIS_FINDING_SCAN_H
#define SCPROF_ANALYSIS_FINDING_SCAN_H

#include "analysis/call_class.h"
#include "analysis/finding.h"
#include "analysis/report_filter.h"
#include "analysis/user_code.h"

#define FINDING_QUICK_NS 50000 /* a call that takes less time did not wait for anything */

/* The calls of one system call at one place in your code, made by one program. */
struct finding_key {
	struct location location;
	uint32_t process; /* string id */
	uint32_t nr;
	uint32_t abi;
	uint32_t role;	  /* enum call_role */
	uint32_t is_vdso; /* the vdso made the call because it could not answer itself */
	/* The last member, so that the entries of a site are contiguous when sorted. */
	uint32_t error;
};

struct finding_entry {
	struct finding_key key;
	const struct sample *sample;
};

struct finding_site {
	/* Entries whose keys differ at most in the error, sorted by it. */
	const struct finding_entry *entries;
	uint32_t nr_entries;
	enum call_class class;
	struct totals totals;
	struct totals done;   /* of the calls that succeeded */
	uint64_t waiting_ns;  /* time of calls that waited (analysis/waiting.h) */
	uint64_t quick_calls; /* calls that took less than FINDING_QUICK_NS */
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
	uint64_t working_ns; /* of total.time_ns */
	uint64_t wall_ns;
	bool has_all_calls; /* the profile is not limited by --trace */
	/* By stack id: sums over this stack and its callees; NULL: not computed yet. */
	struct totals *below[NR_CALL_CLASSES];
};

void finding_scan_init(struct finding_scan *scan, const struct profile *profile,
		       const struct report_filter *filter);
void finding_scan_fini(struct finding_scan *scan);

/*
 * Returns the total with which the time of @site is compared. If most of the site's time is
 * waiting, this is the time of all calls. Otherwise it is the working time of all calls.
 */
uint64_t scan_time_base(const struct finding_scan *scan, const struct finding_site *site);

static inline const struct finding_key *site_key(const struct finding_site *site)
{
	return &site->entries->key;
}

/*
 * Returns the successful calls of @class in the program of @site. If @role is not negative, counts
 * only calls with that role.
 */
struct totals scan_beside(const struct finding_scan *scan, const struct finding_site *site,
			  enum call_class class, int role);

/*
 * For each stack of @site, finds the innermost function that made calls of @class, itself or in
 * functions that it called. Returns the sum of these calls.
 */
struct totals scan_near(struct finding_scan *scan, const struct finding_site *site,
			enum call_class class);

/*
 * Returns true if @calls of @site, which took @time_ns, are worth a finding. There must be at least
 * @least_calls. Their share and frequency must be high enough, and they must not be only a few in
 * each of many short processes (doc/findings.md).
 */
bool scan_matters(const struct finding_scan *scan, const struct finding_site *site, uint64_t calls,
		  uint64_t time_ns, uint64_t least_calls);

/*
 * Return the name of the call, and the place of the site; the caller frees the place. If the place
 * has no source line, the text also names the nearest caller that has one or that is more telling.
 */
const char *site_syscall(const struct finding_site *site);
char *site_place(const struct finding_scan *scan, const struct finding_site *site);

/*
 * Adds a finding about the calls @totals of @site. Returns it, so that the caller can add figures;
 * the pointer is valid until the next finding is added. @sentence has no full stop: the function
 * appends the share of the calls. It takes over @sentence.
 */
struct finding *scan_add(const struct finding_scan *scan, struct findings *findings,
			 const struct finding_site *site, const struct totals *totals,
			 char *sentence, const char *advice);
/* The same with a complete @text, which it takes over, too. */
struct finding *scan_add_text(const struct finding_scan *scan, struct findings *findings,
			      const struct finding_site *site, const struct totals *totals,
			      char *text, const char *advice);

/* The detectors. Each adds its findings about @scan to @findings. */
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
