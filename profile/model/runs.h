/* SPDX-License-Identifier: MIT */
/*
 * Several runs of one program in one profile. The samples are those of one run, so every total in a
 * report really occurred. In addition, the profile lists the varying sites: those whose number of
 * calls differs between runs, with the calls of each run. Here a site is a stack, system call,
 * errno, process name and region. Every other site is steady: each run made as many calls there as
 * the samples say.
 *
 * So the calls of each run are known exactly for any selection of sites: a tally is the sum over
 * the steady samples and the varying sites of the selection. A selection must not depend on thread,
 * file or latency, because these differ between the samples of one site.
 */
#ifndef SCPROF_PROFILE_MODEL_RUNS_H
#define SCPROF_PROFILE_MODEL_RUNS_H

#include <stdbool.h>
#include <stdint.h>

#include "profile/model/profile.h"

#define RUNS_MAX 1000u

/* The fact that holds the number of runs. A profile of one run does not have it. */
#define RUNS_FACT "runs"

/*
 * The number of calls over all runs. With an even number of runs the median is the lower of the two
 * middle values, so some run really had it.
 */
struct run_range {
	uint64_t min;
	uint64_t median;
	uint64_t max;
};

/* The calls of a selection, for each run. A new tally is { 0 }. */
struct run_tally {
	uint64_t steady; /* calls that every run made */
	uint64_t *calls; /* further calls, by run; NULL: no site of the selection varies */
};

/* Makes @profile a profile of @nr runs (2 to RUNS_MAX) without varying sites. Sets RUNS_FACT. */
void profile_set_runs(struct profile *profile, uint32_t nr);

/* Returns the number of runs in @profile: 1 for an ordinary profile. */
uint32_t profile_nr_runs(const struct profile *profile);

/* Returns the part of @key that identifies a site. The other fields of the result are 0. */
struct sample_key run_site_key(const struct sample_key *key);

/*
 * Returns the varying site of @key, or NULL if the site is steady. Ignores the fields of @key that
 * do not identify a site, so @key can be that of a sample.
 */
const struct run_site *profile_varying_site(const struct profile *profile,
					    const struct sample_key *key);

/*
 * Adds the site of @key, which must not be in the list yet, to the varying sites. @profile must be
 * of several runs. Returns the calls of each run, all 0, which the profile owns.
 */
uint64_t *profile_add_varying_site(struct profile *profile, const struct sample_key *key);

/*
 * Returns true if no run made a call at @site, because a filter removed them all. Such a site is
 * not written to a file.
 */
bool run_site_is_empty(const struct runs *runs, const struct run_site *site);

/* Returns true if every run made the same number of calls at the site of @sample. */
static inline bool profile_sample_is_steady(const struct profile *profile,
					    const struct sample *sample)
{
	return !profile_varying_site(profile, &sample->key);
}

/*
 * Adds the calls of @sample if its site is steady. The caller adds a varying site once, with
 * run_tally_add_site().
 */
void run_tally_add_sample(struct run_tally *tally, const struct profile *profile,
			  const struct sample *sample);
/* Adds the calls of @site, one of profile->runs->sites. */
void run_tally_add_site(struct run_tally *tally, const struct profile *profile,
			const struct run_site *site);
/* Returns the number of calls of run @run. The first run is 0. */
uint64_t run_tally_calls(const struct run_tally *tally, uint32_t run);
/* Returns the range over the runs. */
struct run_range run_tally_range(const struct run_tally *tally, const struct profile *profile);
void run_tally_fini(struct run_tally *tally);

/* Returns the range of all calls of the profile. */
struct run_range profile_run_range(const struct profile *profile);

/*
 * Describes a profile of several runs: "each of 144 calls, all sites steady", or "of 360 to 366
 * calls, 16 sites vary". The caller frees the text.
 */
char *run_range_text(const struct profile *profile);

#endif
