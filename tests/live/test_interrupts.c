/* SPDX-License-Identifier: MIT */
/*
 * What signals do to the calls that they come to: as much as without scprof, and no more.
 */
#include "tests/live/live.h"

TestSuite(births, .init = live_init, .fini = live_fini, .timeout = 240);

#define NR_BIRTHS "400"

/* A site that is patched replays its compare: a call that the kernel makes again must not have failed for the child. */
Test(births, no_child_sees_the_call_fail_that_made_it)
{
	struct live *live = SCPROF(live_tracee("births"), NR_BIRTHS);

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 800, .name = "fork");
	EXPECT_CALLS(live, 400, .name = "vfork");
	EXPECT_CALLS(live, 800, .name = "clone3");
	EXPECT_ERRORS(live, 0, .name = "fork");
	EXPECT_ERRORS(live, 0, .name = "clone3");
}
