/* SPDX-License-Identifier: MIT */
/*
 * Times of calls that stop. The profile does not count time in which the helper was busy with other
 * threads, and it says how much is uncertain. The tests check bounds only, because a busy machine
 * makes everything take longer.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/live/live.h"

TestSuite(times, .init = live_init, .fini = live_fini, .timeout = 120);

#define NAP_NS 20000000u

static uint64_t number_fact(const struct live *live, const char *key)
{
	const char *value = profile_fact(&live->profile, key);

	return value ? strtoull(value, NULL, 10) : 0;
}

/* "N calls across stops, less COST ns each" */
static uint64_t stop_cost_ns(const struct live *live)
{
	const char *timing = profile_fact(&live->profile, "timing");
	const char *cost = timing ? strstr(timing, ", less ") : NULL;

	cr_assert_not_null(cost);
	return strtoull(cost + strlen(", less "), NULL, 10);
}

static struct live *run_threads(const char *busy, const char *sleeping)
{
	struct live *live = SCPROF("--engine", "ptrace", live_tracee("call_times"), busy, sleeping);

	EXPECT_EXIT(live, 0);
	return live;
}

/*
 * Expects that the counted time plus the time that may be missing is at least what the calls must
 * have taken.
 */
static void expect_naps(const struct live *live, uint64_t nr)
{
	struct live_query naps = { .name = "clock_nanosleep" };
	struct totals totals = live_ask(live, &naps);
	uint64_t least_ns = nr * (NAP_NS - stop_cost_ns(live));

	cr_expect_eq(totals.calls, nr);
	/* The profile may leave out up to an eighth of each call's time without saying so. */
	cr_expect_geq(totals.time_ns + totals.time_ns / 8 + number_fact(live, "uncertain_ns"),
		      least_ns);
}

Test(times, many_threads_at_once_make_times_uncertain)
{
	struct live *live = run_threads("32", "0"), *report;

	EXPECT_CALLS(live, 32 * 500, .name = "getppid");
	cr_expect_gt(number_fact(live, "uncertain_times"), 0);
	cr_expect_gt(number_fact(live, "uncertain_ns"), 0);
	report = PLAIN(live_built("scprof"), "report", "live.pb.gz");
	cr_expect(strstr(report->texts[0], "at least what is shown for "), "%s", report->texts[0]);
}

Test(times, certain_and_uncertain_time_together_cover_the_time_of_long_calls)
{
	expect_naps(run_threads("0", "1"), 5);
	expect_naps(run_threads("8", "8"), 8 * 5);
}
