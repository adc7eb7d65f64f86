// SPDX-License-Identifier: MIT
/*
 * The table of varying sites, with a hash table over what identifies a site, and sums over the
 * sites. A sum that does not fit stays at the maximum, so a hostile file cannot make it small.
 */
#include "profile/model/runs.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "profile/util/xalloc.h"

static uint64_t add(uint64_t a, uint64_t b)
{
	uint64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

struct sample_key run_site_key(const struct sample_key *key)
{
	return (struct sample_key){
		.stack = key->stack,
		.process = key->process,
		.region = key->region,
		.nr = key->nr,
		.abi = key->abi,
		.error = key->error,
	};
}

static uint64_t site_hash_of(const struct sample_key *key)
{
	uint64_t hash = hash_mix(hash_seed, (uint64_t)key->stack << 32 | key->region);

	hash = hash_mix(hash, key->process);
	return hash_mix(hash, (uint64_t)key->nr << 32 | (uint32_t)key->abi << 16 | key->error);
}

static uint64_t site_hash(const void *owner, uint32_t id)
{
	const struct runs *runs = owner;

	return site_hash_of(&runs->sites[id - 1].key);
}

void profile_set_runs(struct profile *profile, uint32_t nr)
{
	assert(!profile->runs && nr >= 2 && nr <= RUNS_MAX);
	profile->runs = xcalloc(1, sizeof(*profile->runs));
	profile->runs->nr = nr;
	hash_index_init(&profile->runs->index);
	profile_set_fact(profile, RUNS_FACT, "%u", nr);
}

uint32_t profile_nr_runs(const struct profile *profile)
{
	return profile->runs ? profile->runs->nr : 1;
}

const struct run_site *profile_varying_site(const struct profile *profile,
					    const struct sample_key *key)
{
	const struct runs *runs = profile->runs;
	struct sample_key site = run_site_key(key);
	uint32_t bucket, id;

	if (!runs || !runs->nr_sites)
		return NULL;
	bucket = hash_index_first(&runs->index, site_hash_of(&site));
	while ((id = runs->index.buckets[bucket])) {
		if (!memcmp(&runs->sites[id - 1].key, &site, sizeof(site)))
			return &runs->sites[id - 1];
		bucket = hash_index_next(&runs->index, bucket);
	}
	return NULL;
}

uint64_t *profile_add_varying_site(struct profile *profile, const struct sample_key *key)
{
	struct runs *runs = profile->runs;
	struct run_site site = { .key = run_site_key(key) };

	assert(runs && !profile_varying_site(profile, key));
	site.calls = xcalloc(runs->nr, sizeof(*site.calls));
	hash_index_reserve(&runs->index, runs->nr_sites, site_hash, runs);
	runs->sites = xgrow(runs->sites, runs->nr_sites, &runs->capacity, sizeof(*runs->sites));
	runs->sites[runs->nr_sites++] = site;
	hash_index_insert(&runs->index, site_hash_of(&site.key), runs->nr_sites);
	return site.calls;
}

bool run_site_is_empty(const struct runs *runs, const struct run_site *site)
{
	for (uint32_t run = 0; run < runs->nr; run++)
		if (site->calls[run])
			return false;
	return true;
}

void run_tally_add_sample(struct run_tally *tally, const struct profile *profile,
			  const struct sample *sample)
{
	if (profile_sample_is_steady(profile, sample))
		tally->steady = add(tally->steady, sample->calls);
}

void run_tally_add_site(struct run_tally *tally, const struct profile *profile,
			const struct run_site *site)
{
	if (!tally->calls)
		tally->calls = xcalloc(profile->runs->nr, sizeof(*tally->calls));
	for (uint32_t i = 0; i < profile->runs->nr; i++)
		tally->calls[i] = add(tally->calls[i], site->calls[i]);
}

uint64_t run_tally_calls(const struct run_tally *tally, uint32_t run)
{
	return tally->calls ? add(tally->steady, tally->calls[run]) : tally->steady;
}

static int compare_counts(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

struct run_range run_tally_range(const struct run_tally *tally, const struct profile *profile)
{
	uint32_t nr = profile_nr_runs(profile);
	struct run_range range = { tally->steady, tally->steady, tally->steady };
	uint64_t *sorted;

	if (!tally->calls)
		return range;
	sorted = xcalloc(nr, sizeof(*sorted));
	for (uint32_t i = 0; i < nr; i++)
		sorted[i] = run_tally_calls(tally, i);
	qsort(sorted, nr, sizeof(*sorted), compare_counts);
	range = (struct run_range){ sorted[0], sorted[(nr - 1) / 2], sorted[nr - 1] };
	free(sorted);
	return range;
}

void run_tally_fini(struct run_tally *tally)
{
	free(tally->calls);
	*tally = (struct run_tally){ 0 };
}

struct run_range profile_run_range(const struct profile *profile)
{
	struct run_tally tally = { 0 };
	struct run_range range;

	for (uint32_t i = 0; i < profile->nr_samples; i++)
		run_tally_add_sample(&tally, profile, &profile->samples[i]);
	for (uint32_t i = 0; profile->runs && i < profile->runs->nr_sites; i++)
		run_tally_add_site(&tally, profile, &profile->runs->sites[i]);
	range = run_tally_range(&tally, profile);
	run_tally_fini(&tally);
	return range;
}

char *run_range_text(const struct profile *profile)
{
	struct run_range range = profile_run_range(profile);
	uint32_t nr = profile->runs->nr_sites;
	char *calls, *text;

	if (range.min == range.max)
		calls = xasprintf("each of %" PRIu64 " call%s", range.min,
				  range.min == 1 ? "" : "s");
	else
		calls = xasprintf("of %" PRIu64 " to %" PRIu64 " calls", range.min, range.max);
	if (nr)
		text = xasprintf("%s, %" PRIu32 " site%s", calls, nr,
				 nr == 1 ? " varies" : "s vary");
	else
		text = xasprintf("%s, all sites steady", calls);
	free(calls);
	return text;
}
