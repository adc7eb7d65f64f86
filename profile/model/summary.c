/* SPDX-License-Identifier: MIT */
/*
 * The line that scprof prints after a run.
 */
#include "profile/model/summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/util/format.h"
#include "profile/util/xalloc.h"

struct site {
	uint32_t stack;
	uint32_t nr;
	uint16_t abi;
};

static int compare_sites(const void *a, const void *b)
{
	const struct site *x = a, *y = b;

	if (x->stack != y->stack)
		return x->stack < y->stack ? -1 : 1;
	if (x->nr != y->nr)
		return x->nr < y->nr ? -1 : 1;
	return (x->abi > y->abi) - (x->abi < y->abi);
}

/* Returns the number of different pairs of a stack and a system call. */
static uint32_t count_sites(const struct profile *profile)
{
	struct site *sites = xcalloc(profile->nr_samples + 1, sizeof(*sites));
	uint32_t nr = 0;

	for (uint32_t i = 0; i < profile->nr_samples; i++) {
		const struct sample_key *key = &profile->samples[i].key;
		sites[i] = (struct site){ key->stack, key->nr, key->abi };
	}
	qsort(sites, profile->nr_samples, sizeof(*sites), compare_sites);
	for (uint32_t i = 0; i < profile->nr_samples; i++)
		nr += i == 0 || compare_sites(&sites[i - 1], &sites[i]) != 0;
	free(sites);
	return nr;
}

static char *describe_time(uint64_t ns)
{
	double value = (double)ns;

	/* Takes the next larger unit if rounding would show 1000 of the smaller one. */
	if (ns < 1000)
		return xasprintf("%" PRIu64 " ns", ns);
	if (ns < 999950)
		return xasprintf("%.1f us", value / 1e3);
	if (ns < 999950000)
		return xasprintf("%.1f ms", value / 1e6);
	return xasprintf("%.2f s", value / 1e9);
}

/* Returns @path quoted as a word of a POSIX shell. */
static char *quote_path(const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
				    "%+,-./:=@_";
	char *quoted, *to;

	if (*path && path[strspn(path, plain)] == '\0')
		return xstrdup(path);
	quoted = to = xmalloc(4 * strlen(path) + 3);
	*to++ = '\'';
	for (; *path; path++) {
		if (*path == '\'')
			to = stpcpy(to, "'\\'");
		*to++ = *path;
	}
	stpcpy(to, "'");
	return quoted;
}

char *summary_line(const struct profile *profile, const char *path)
{
	struct totals totals = profile_totals(profile);
	uint32_t sites = count_sites(profile);
	char *time = describe_time(totals.time_ns);
	char *word = quote_path(path);
	char *line =
		xasprintf("%" PRIu64 " call%s from %" PRIu32 " site%s, %" PRIu64
			  " error%s, %s in system calls, %s; see: scprof report %s",
			  totals.calls, format_plural(totals.calls), sites, format_plural(sites),
			  totals.errors, format_plural(totals.errors), time,
			  profile_is_complete(profile) ? "complete" : "INCOMPLETE", word);

	free(word);
	free(time);
	return line;
}
