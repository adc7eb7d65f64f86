/* SPDX-License-Identifier: MIT */
/*
 * Several runs of one program in one profile. Samples are those of one of the runs, so every total
 * is one that a run had. Beside them stand the sites (stack, system call, errno, process name and
 * region) whose calls were not as many in each run, with the calls of each. A site that is not
 * among them is steady: each run made the calls that the samples say.
 *
 * The calls of a run for any selection of sites are therefore known exactly: a tally is the sum
 * over its steady samples and its varying sites. What a selection may look at is what a site has:
 * not thread, file or latency, which differ between the samples of one site.
 */
#ifndef SCPROF_PROFILE_MODEL_RUNS_H
#define SCPROF_PROFILE_MODEL_RUNS_H

#include <stdbool.h>
#include <stdint.h>

#include "profile/model/profile.h"

#define RUNS_MAX 1000u

/* The fact that says of how many runs a profile is; not there: of one. */
#define RUNS_FACT "runs"

/* Calls over the runs. The median is the lower one of two, so that it is what some run had. */
struct run_range {
	uint64_t min;
	uint64_t median;
	uint64_t max;
};

/* Calls of a selection, run by run. Starts as { 0 }. */
struct run_tally {
	uint64_t steady; /* calls that every run had */
	uint64_t *calls; /* further ones, of each run; NULL: none vary */
};

/* Makes @profile one of @nr runs (2 to RUNS_MAX), of which no site varies yet; sets RUNS_FACT. */
void profile_set_runs(struct profile *profile, uint32_t nr);

/* Returns of how many runs @profile is; 1 for an ordinary one. */
uint32_t profile_nr_runs(const struct profile *profile);

/* What of @key makes a site. */
struct sample_key run_site_key(const struct sample_key *key);

/*
 * Returns the site of @key among the varying ones, or NULL: it is steady. Only what makes a site of
 * @key is looked at, so that a sample's will do.
 */
const struct run_site *profile_varying_site(const struct profile *profile,
					    const struct sample_key *key);

/*
 * Makes the site of @key, which is not among them, a varying one, of no calls yet; the profile must
 * be one of several runs. Returns the calls of each run. Borrowed.
 */
uint64_t *profile_add_varying_site(struct profile *profile, const struct sample_key *key);

/*
 * Returns whether no run made a call at @site any more, since a filter took them. It is not
 * written.
 */
bool run_site_is_empty(const struct runs *runs, const struct run_site *site);

/* Returns whether every run made as many calls at the site of @sample. */
static inline bool profile_sample_is_steady(const struct profile *profile,
					    const struct sample *sample)
{
	return !profile_varying_site(profile, &sample->key);
}

/* Adds the calls of @sample, unless its site varies: then the site is to be added, once. */
void run_tally_add_sample(struct run_tally *tally, const struct profile *profile,
			  const struct sample *sample);
/* Adds one of profile->runs->sites. */
void run_tally_add_site(struct run_tally *tally, const struct profile *profile,
			const struct run_site *site);
/* Returns the calls of run @run, from 0. */
uint64_t run_tally_calls(const struct run_tally *tally, uint32_t run);
struct run_range run_tally_range(const struct run_tally *tally, const struct profile *profile);
bool run_tally_is_steady(const struct run_tally *tally, const struct profile *profile);
void run_tally_fini(struct run_tally *tally);

/* Returns the range of all calls of the profile. */
struct run_range profile_run_range(const struct profile *profile);

/*
 * Returns what is to be said of a profile of several runs, for the caller to free: "each of 144
 * calls, all sites steady", or "of 360 to 366 calls, 16 sites vary".
 */
char *run_range_text(const struct profile *profile);

/* Returns the range of the site of @sample, all of whose samples are summed: not for loops. */
struct run_range profile_sample_range(const struct profile *profile, const struct sample *sample);

#endif
