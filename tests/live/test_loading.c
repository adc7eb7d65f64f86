/* SPDX-License-Identifier: MIT */
/*
 * While ld.so loads libraries, the fast engine lets it map code without a stop, and examines all of
 * the new code together. No call may be lost, even if a signal interrupts the loading.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/live/live.h"

TestSuite(loading, .init = live_init, .fini = live_fini, .timeout = 120);

#define PROGRAM	  "/bin/ls", "-d", "/"
#define NR	  20
#define NR_TEXT	  "20"
#define MANY	  200
#define MANY_TEXT "200"
#define OF_LOADER ";(mmap|mprotect|munmap|openat|read|pread64|close|fstat|newfstatat|brk|execve)$"

static void expect_same_calls(const char *engine, const char *us, const char *expected)
{
	struct live *live = SCPROF(engine, live_tracee("loading"), NR_TEXT, us, PROGRAM);
	char *found = live_summary(live, OF_LOADER);

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 0, .is_truncated = true);
	cr_expect_str_eq(found, expected, "with a signal each %s us", us);
	free(found);
}

Test(loading, signals_at_any_moment_of_loading_change_nothing)
{
	struct live *live =
		SCPROF("--engine=ptrace", live_tracee("loading"), NR_TEXT, "0", PROGRAM);
	char *expected = live_summary(live, OF_LOADER);

	EXPECT_EXIT(live, 0);
	expect_same_calls("--engine=fast", "0", expected);
	expect_same_calls("--engine=fast", "43", expected);
	expect_same_calls("--engine=fast", "61", expected);
	expect_same_calls("--engine=fast", "97", expected);
	free(expected);
}

Test(loading, mapping_a_library_causes_no_stop)
{
	struct live *live;

	setenv("SCPROF_DEBUG", "call", 1);
	live = SCPROF("--engine=fast", live_tracee("loading"), NR_TEXT, "0", PROGRAM);
	EXPECT_EXIT(live, 0);
	cr_assert(strstr(live->texts[1], "stops at"), "%s", live->texts[1]);
	cr_expect_lt(live_count_text(live->texts[1], "stops at mmap"), NR);
}

Test(loading, the_call_that_ends_the_loading_stops_only_once)
{
	struct live *live;

	setenv("SCPROF_DEBUG", "call", 1);
	live = SCPROF("--engine=fast", live_tracee("loading"), NR_TEXT, "0", PROGRAM);
	EXPECT_EXIT(live, 0);
	cr_assert_geq(live_count_text(live->texts[1], "stops at arch_prctl"), NR);
	/* The helper shows the result of a call that stops at its exit too. */
	cr_expect_lt(live_count_text(live->texts[1], "arch_prctl = "), NR);
}

/* The C library makes it before the program's first instruction. */
Test(loading, the_first_call_of_the_c_library_does_not_stop)
{
	struct live *live;

	setenv("SCPROF_DEBUG", "call", 1);
	live = SCPROF("--engine=fast", live_tracee("loading"), NR_TEXT, "0", PROGRAM);
	EXPECT_EXIT(live, 0);
	cr_assert_geq(LIVE_CALLS(live, .name = "prlimit64"), NR);
	cr_expect_lt(live_count_text(live->texts[1], "stops at prlimit64"), NR);
}

Test(loading, regions_of_a_library_work_in_each_program_that_loads_it)
{
	struct live *live;

	setenv("LOADING_PRELOAD", live_built("tests/live/plugin_start.so"), 1);
	live = SCPROF(live_tracee("loading"), MANY_TEXT, "0", PROGRAM);
	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 3 * MANY, .name = "getppid", .region = "start");
	EXPECT_CALLS(live, 3 * MANY, .name = "getppid");
}

Test(loading, regions_of_a_library_that_a_running_program_loads_work)
{
	struct live *live = PRELOAD(live_tracee("regions"), "library",
				    live_built("tests/live/plugin_regions.so"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 15, .name = "getppid", .region = "plugin");
	EXPECT_CALLS(live, 25, .name = "getppid");
}

Test(loading, one_thread_may_load_and_another_one_unload)
{
	const char *libraries[] = { live_built("tests/live/plugin.so"),
				    live_built("tests/live/plugin_b.so") };
	struct live *live = PRELOAD(live_tracee("load_threads"), libraries[0], libraries[1]);

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 5000, .name = "getppid", .stack = ";plugin_run;plugin_call;getppid$");
	EXPECT_CALLS(live, 5000, .name = "getppid",
		     .stack = ";plugin_run;plugin_call;(__)?getppid;getppid$");
	EXPECT_CALLS(live, 0, .is_truncated = true);
}
