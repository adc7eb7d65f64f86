// SPDX-License-Identifier: MIT
/*
 * How the helper waits. Criterion runs each test in a separate process, so each test begins without
 * measured waits.
 */
#include <criterion/criterion.h>

#include "helper/trace/patience.h"

#define QUICK_YIELD 1000u
#define LATE_YIELD  1000000u
#define LONG_RUN    100000u /* waits, more than there are between two trials */

static void skip_without_other_cpu(void)
{
	if (!patience_has_other_cpu())
		cr_skip_test("there is only one CPU");
}

Test(patience, spins_while_no_other_process_needs_the_cpu)
{
	skip_without_other_cpu();
	for (unsigned int i = 0; i < 100; i++) {
		cr_expect(patience_is_spinning());
		cr_expect_not(patience_see_yield(QUICK_YIELD));
	}
	cr_expect(patience_prefers_spinning());
}

Test(patience, blocks_at_once_when_another_process_needs_the_cpu)
{
	skip_without_other_cpu();
	cr_expect(patience_is_spinning());
	cr_expect(patience_see_yield(LATE_YIELD));
	cr_expect_not(patience_prefers_spinning());
	cr_expect_not(patience_is_spinning());
}

Test(patience, spins_again_when_a_trial_shows_that_it_is_faster)
{
	skip_without_other_cpu();
	patience_see_yield(LATE_YIELD);
	for (unsigned int i = 0; i < LONG_RUN && !patience_prefers_spinning(); i++) {
		bool is_spinning = patience_is_spinning();

		patience_learn(is_spinning, is_spinning ? 5000 : 50000);
	}
	cr_expect(patience_prefers_spinning());
}

Test(patience, keeps_blocking_when_a_trial_shows_that_it_is_faster)
{
	unsigned int nr_spinning = 0;

	patience_see_yield(LATE_YIELD);
	for (unsigned int i = 0; i < LONG_RUN; i++) {
		bool is_spinning = patience_is_spinning();

		nr_spinning += is_spinning;
		patience_learn(is_spinning, is_spinning ? 50000 : 5000);
	}
	cr_expect_not(patience_prefers_spinning());
	cr_expect_lt(nr_spinning, LONG_RUN / 10);
}
