/* SPDX-License-Identifier: MIT */
/*
 * Times of calls that stop: what the helper was busy with meanwhile is not counted, and what is uncertain
 * is said. Bounds only: how long things take on a busy machine is nothing to test.
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

/* What is counted, and what may be missing, are no less than what the calls took at least. */
static void expect_naps(const struct live *live, uint64_t nr)
{
	struct live_query naps = { .name = "clock_nanosleep" };
	struct totals totals = live_ask(live, &naps);
	uint64_t least_ns = nr * (NAP_NS - stop_cost_ns(live));

	cr_expect_eq(totals.calls, nr);
	/* Of each call less than an eighth is left out without a word. */
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

Test(times, what_is_certain_and_what_may_be_more_cover_the_time_of_long_calls)
{
	expect_naps(run_threads("0", "1"), 5);
	expect_naps(run_threads("8", "8"), 8 * 5);
}
