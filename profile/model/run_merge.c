// SPDX-License-Identifier: MIT
/*
 * All runs go into one merge, in which the key of each sample has the number of its run. So all
 * runs use the same stack ids. Then the calls of each site are counted for each run, and the
 * samples of one run are kept.
 */
#include "profile/model/run_merge.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "profile/model/merge.h"
#include "profile/model/runs.h"
#include "profile/util/xalloc.h"

struct one_run {
	struct fact *facts;
	uint32_t nr_facts;
	int64_t start_time_ns;
	int64_t duration_ns;
	uint64_t calls;
};

struct run_merge {
	struct merge *merge;
	struct one_run runs[RUNS_MAX];
	uint32_t nr;
};

struct run_merge *run_merge_new(void)
{
	struct run_merge *merge = xcalloc(1, sizeof(*merge));

	merge->merge = merge_new();
	return merge;
}

void run_merge_free(struct run_merge *merge)
{
	if (!merge)
		return;
	for (uint32_t run = 0; run < merge->nr; run++) {
		for (uint32_t i = 0; i < merge->runs[run].nr_facts; i++) {
			free(merge->runs[run].facts[i].key);
			free(merge->runs[run].facts[i].value);
		}
		free(merge->runs[run].facts);
	}
	merge_free(merge->merge);
	free(merge);
}

int run_merge_add(struct run_merge *merge, struct profile *run)
{
	int err;

	for (uint32_t i = 0; i < run->nr_samples; i++)
		run->samples[i].key.run = merge->nr + 1;
	err = merge_add(merge->merge, run);
	if (err)
		return err;
	merge->runs[merge->nr++] = (struct one_run){
		.facts = run->facts,
		.nr_facts = run->nr_facts,
		.start_time_ns = run->start_time_ns,
		.duration_ns = run->duration_ns,
		.calls = profile_totals(run).calls,
	};
	run->facts = NULL;
	run->nr_facts = 0;
	return 0;
}

static int compare_counts(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Returns the first run whose number of calls is the (lower) median. */
static uint32_t median_run(const struct run_merge *merge)
{
	uint64_t *sorted = xcalloc(merge->nr, sizeof(*sorted));
	uint64_t median;
	uint32_t run = 0;

	for (uint32_t i = 0; i < merge->nr; i++)
		sorted[i] = merge->runs[i].calls;
	qsort(sorted, merge->nr, sizeof(*sorted), compare_counts);
	median = sorted[(merge->nr - 1) / 2];
	free(sorted);
	while (merge->runs[run].calls != median)
		run++;
	return run;
}

static bool does_vary(const uint64_t *calls, uint32_t nr)
{
	for (uint32_t i = 1; i < nr; i++)
		if (calls[i] != calls[0])
			return true;
	return false;
}

static void count_sites(struct profile *profile, const struct sample *samples, uint32_t nr_samples,
			uint32_t nr_runs)
{
	struct runs *all;

	profile_set_runs(profile, nr_runs);
	for (uint32_t i = 0; i < nr_samples; i++) {
		const struct sample_key *key = &samples[i].key;
		const struct run_site *site = profile_varying_site(profile, key);
		uint64_t *calls = site ? site->calls : profile_add_varying_site(profile, key);

		calls[key->run - 1] += samples[i].calls;
	}
	all = profile->runs;
	profile->runs = NULL;
	profile_set_runs(profile, nr_runs);
	for (uint32_t i = 0; i < all->nr_sites; i++) {
		const struct run_site *site = &all->sites[i];

		if (does_vary(site->calls, nr_runs))
			memcpy(profile_add_varying_site(profile, &site->key), site->calls,
			       nr_runs * sizeof(*site->calls));
	}
	runs_free(all);
}

static void keep_run(struct profile *profile, const struct sample *samples, uint32_t nr_samples,
		     uint32_t run)
{
	for (uint32_t i = 0; i < nr_samples; i++) {
		struct sample_key key = samples[i].key;
		struct sample *sample;

		if (key.run != run + 1)
			continue;
		key.run = 0;
		sample = profile_sample(profile, &key);
		sample->calls = samples[i].calls;
		sample->time_ns = samples[i].time_ns;
		sample->bytes = samples[i].bytes;
	}
}

static const char *fact_of(const struct one_run *run, const char *key)
{
	for (uint32_t i = 0; i < run->nr_facts; i++)
		if (!strcmp(run->facts[i].key, key))
			return run->facts[i].value;
	return "";
}

/* The result is complete only if all runs are. */
static void set_completeness(const struct run_merge *merge, struct profile *profile)
{
	bool is_complete = true;
	uint64_t lost = 0;

	for (uint32_t i = 0; i < merge->nr; i++) {
		is_complete &= !strcmp(fact_of(&merge->runs[i], PROFILE_FACT_COMPLETE), "yes");
		lost += strtoull(fact_of(&merge->runs[i], "calls_lost"), NULL, 10);
	}
	profile_set_fact(profile, PROFILE_FACT_COMPLETE, "%s", is_complete ? "yes" : "no");
	profile_set_fact(profile, "calls_lost", "%" PRIu64, lost);
}

static void set_facts(const struct run_merge *merge, struct profile *profile, uint32_t run)
{
	const struct one_run *shown = &merge->runs[run];

	profile_clear_facts(profile);
	profile->start_time_ns = shown->start_time_ns;
	profile->duration_ns = shown->duration_ns;
	for (uint32_t i = 0; i < shown->nr_facts; i++)
		profile_set_fact(profile, shown->facts[i].key, "%s", shown->facts[i].value);
	set_completeness(merge, profile);
	if (merge->nr > 1)
		profile_set_fact(profile, "run", "%u", run + 1);
}

void run_merge_finish(struct run_merge *merge, bool shows_last, struct profile *result)
{
	uint32_t run = shows_last ? merge->nr - 1 : median_run(merge), nr_samples;
	struct sample *samples;

	merge_finish(merge->merge, result);
	samples = profile_take_samples(result, &nr_samples);
	set_facts(merge, result, run);
	if (merge->nr > 1)
		count_sites(result, samples, nr_samples, merge->nr);
	keep_run(result, samples, nr_samples, run);
	free(samples);
}
