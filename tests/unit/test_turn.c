// SPDX-License-Identifier: MIT
/*
 * turn_be_short() changes only the length of the helper's turns.
 */
#include <criterion/criterion.h>
#include <sched.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helper/base/turn.h"

#define TESTED_NICE 3

struct attributes {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

static struct attributes get(void)
{
	struct attributes attributes = { .size = sizeof(attributes) };

	if (syscall(SYS_sched_getattr, 0, &attributes, sizeof(attributes), 0) < 0)
		cr_skip_test("sched_getattr is denied here");
	return attributes;
}

Test(turn, becomes_short)
{
	const struct attributes before = get();

	if (before.policy != SCHED_OTHER || !before.runtime)
		cr_skip_test("the kernel has no turns of a chosen length");
	turn_be_short();
	cr_expect_eq(get().runtime, 100000);
}

Test(turn, keeps_policy_and_nice_value)
{
	const struct attributes before = get();
	struct attributes after;

	cr_assert_neq(nice(TESTED_NICE), -1);
	turn_be_short();
	after = get();
	cr_expect_eq(after.policy, before.policy);
	cr_expect_eq(after.nice, before.nice + TESTED_NICE > 19 ? 19 : before.nice + TESTED_NICE);
	cr_expect_eq(after.flags, before.flags);
}

Test(turn, of_a_batch_process_stays)
{
	const struct sched_param parameters = { 0 };

	if (sched_setscheduler(0, SCHED_BATCH, &parameters) < 0)
		cr_skip_test("sched_setscheduler is denied here");
	turn_be_short();
	cr_expect_eq(sched_getscheduler(0), SCHED_BATCH);
}
