// SPDX-License-Identifier: MIT
/*
 * Regions of include/scprof/scprof.h: both engines count every call in the region in which the
 * program made it. A program that is not profiled makes no calls for its regions.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "scprof/handshake.h"
#include "tests/live/live.h"

TestSuite(regions, .init = live_init, .fini = live_fini, .timeout = 120);

#define EXPECT_REGION(live, expected, region_) \
	EXPECT_CALLS(live, expected, .name = "getppid", .region = (region_))

static void expect_fact(const struct live *live, const char *key, const char *expected)
{
	const char *value = profile_fact(&live->profile, key);

	cr_expect(expected ? value && !strcmp(value, expected) : !value, "%s: %s", key,
		  value ? value : "missing");
}

/* The calls that begin or end a region are not in the profile. */
static void expect_no_own_calls(const struct live *live)
{
	EXPECT_CALLS(live, 0, .name = "close", .stack = "scprof_call");
	expect_fact(live, "complete", "yes");
	expect_fact(live, "calls_lost", "0");
}

static void expect_nested(const struct live *live)
{
	EXPECT_EXIT(live, 0);
	EXPECT_REGION(live, 600, "load");
	EXPECT_REGION(live, 400, "load/parse");
	EXPECT_REGION(live, 200, "");
	EXPECT_CALLS(live, 1200, .name = "getppid", .stack = ";main;nest;call;getppid");
	expect_no_own_calls(live);
	expect_fact(live, "unbalanced_regions", NULL);
	expect_fact(live, "unnamed_regions", NULL);
	expect_fact(live, "paused_calls", NULL);
}

Test(regions, calls_are_in_the_innermost_region)
{
	expect_nested(SCPROF(live_tracee("regions"), "nest"));
}

Test(regions, work_with_ld_preload)
{
	expect_nested(PRELOAD(live_tracee("regions"), "nest"));
}

Test(regions, work_without_a_seccomp_filter)
{
	expect_nested(SCPROF("--no-follow", live_tracee("regions"), "nest"));
}

Test(regions, work_when_few_calls_are_traced)
{
	struct live *live = SCPROF("--trace", "getppid", live_tracee("regions"), "nest");

	EXPECT_REGION(live, 600, "load");
	EXPECT_REGION(live, 400, "load/parse");
	EXPECT_CALLS(live, 1200);
}

Test(regions, belong_to_one_thread_each)
{
	struct live *live = SCPROF(live_tracee("regions"), "threads");

	EXPECT_EXIT(live, 0);
	EXPECT_REGION(live, 20, "");
	EXPECT_REGION(live, 7, "main");
	for (int i = 0; i < 4; i++) {
		EXPECT_REGION(live, 500, live_text("worker-%d", i));
		EXPECT_REGION(live, 150, live_text("worker-%d/inner", i));
	}
	expect_no_own_calls(live);
	expect_fact(live, "unbalanced_regions", NULL);
}

Test(regions, are_inherited_by_a_fork_but_not_by_an_executed_program)
{
	struct live *live = SCPROF(live_tracee("regions"), "children");

	EXPECT_EXIT(live, 0);
	EXPECT_REGION(live, 28, "outer");
	EXPECT_REGION(live, 13 + 19, "");
	EXPECT_REGION(live, 0, "exec");
	EXPECT_CALLS(live, 1, .name = "execve", .region = "exec");
	expect_fact(live, "unbalanced_regions", NULL);
}

Test(regions, paused_calls_are_reported_but_not_counted)
{
	struct live *live = SCPROF(live_tracee("regions"), "pauses");

	EXPECT_EXIT(live, 0);
	EXPECT_REGION(live, 100, "a");
	EXPECT_REGION(live, 50, "a/b");
	EXPECT_CALLS(live, 150, .name = "getppid");
	expect_fact(live, "paused_calls", "3000");
	expect_no_own_calls(live);
}

Test(regions, labels_may_contain_anything)
{
	struct live *live = SCPROF(live_tracee("regions"), "hostile");
	char deep[128], long_name[256];

	for (int i = 0; i < 127; i++)
		deep[i] = i % 2 ? '/' : 'd';
	deep[127] = '\0';
	memset(long_name, 'x', 255);
	long_name[254] = '\0';
	EXPECT_EXIT(live, 0);
	EXPECT_REGION(live, 1, "[unnamed]");
	EXPECT_REGION(live, 2, "\xef\xbf\xbd\xef\xbf\xbd\n");
	EXPECT_REGION(live, 3, long_name);
	EXPECT_REGION(live, 4, "pppp");
	EXPECT_REGION(live, 5, deep);
	EXPECT_REGION(live, 1, "n0");
	/*
	 * There can be 4096 labels. The program has made 68 of them above. Calls in regions with
	 * further labels count for the surrounding region, and here there is none.
	 */
	EXPECT_REGION(live, 1, "n4027");
	EXPECT_REGION(live, 0, "n4028");
	EXPECT_REGION(live, 6 + (6000 - 4028), "");
	expect_fact(live, "unbalanced_regions", "2");
	expect_fact(live, "unnamed_regions", live_text("%d", 36 + (6000 - 4028)));
	expect_no_own_calls(live);
}

Test(regions, of_a_library_work_from_its_first_call_on)
{
	struct live *live = SCPROF(live_tracee("regions"), "library",
				   live_built("tests/live/plugin_regions.so"));

	EXPECT_EXIT(live, 0);
	EXPECT_REGION(live, 15, "plugin");
	EXPECT_REGION(live, 10, "");
	expect_no_own_calls(live);
}

Test(regions, of_a_library_work_when_the_calls_that_load_it_are_not_traced)
{
	struct live *live = SCPROF("-e", "getppid", live_tracee("regions"), "library",
				   live_built("tests/live/plugin_regions.so"));

	EXPECT_EXIT(live, 0);
	EXPECT_REGION(live, 15, "plugin");
	EXPECT_REGION(live, 10, "");
}

Test(regions, work_while_only_the_code_of_a_library_is_mapped)
{
	const char *plugin = live_built("tests/live/plugin_regions.so");
	struct live *live = SCPROF(live_tracee("regions"), "map", plugin);

	EXPECT_EXIT(live, 0);
	EXPECT_REGION(live, 100, "own");
	EXPECT_REGION(live, 100, "");
	expect_no_own_calls(live);
	live = SCPROF("-e", "getppid", live_tracee("regions"), "map", plugin);
	EXPECT_EXIT(live, 0);
	EXPECT_REGION(live, 100, "own");
	EXPECT_REGION(live, 100, "");
}

Test(regions, work_in_signal_handlers)
{
	struct live *live = SCPROF(live_tracee("regions"), "signals");

	EXPECT_EXIT(live, 0);
	EXPECT_REGION(live, 60, "outer");
	EXPECT_REGION(live, 40, "outer/handler");
	expect_fact(live, "unbalanced_regions", NULL);
}

Test(regions, of_cxx_end_with_their_block)
{
	struct live *live = SCPROF(live_tracee("regions_cxx"));

	EXPECT_EXIT(live, 0);
	EXPECT_REGION(live, 200, "load/parse");
	EXPECT_REGION(live, 100, "load");
	EXPECT_REGION(live, 1, "");
	EXPECT_CALLS(live, 0, .name = "getpgrp");
	expect_fact(live, "paused_calls", "100");
}

Test(regions, end_when_a_seccomp_filter_of_the_program_could_kill)
{
	struct live *live = SCPROF(live_tracee("regions"), "filter");

	EXPECT_EXIT(live, 0);
	EXPECT_REGION(live, 3, "before");
	EXPECT_REGION(live, 9, "");
	expect_fact(live, "filtered_regions", "1");
	expect_no_own_calls(live);
}

Test(regions, make_no_calls_without_scprof)
{
	static const char *const modes[] = { "nest", "threads", "children", "hostile", "filter" };

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		struct live *live = PLAIN(live_tracee("regions"), modes[i]);

		EXPECT_EXIT(live, 0);
	}
	if (system("strace -V >/dev/null 2>&1") == 0) {
		struct live *live = PLAIN("strace", "-f", live_tracee("regions"), "nest");

		cr_expect_not_null(strstr(live->texts[1], "getppid"));
		/* strace prints descriptors in decimal. */
		cr_expect_null(strstr(live->texts[1], live_text("close(%d", SCPROF_MAGIC)));
	}
}

Test(regions, work_in_static_programs)
{
	LIVE_NEED_FORK("nothing can be preloaded into a static program");
	expect_nested(SCPROF(live_tracee("regions_static"), "nest"));
}

Test(regions, are_separate_in_several_runs)
{
	struct live *live = SCPROF("--runs", "3", live_tracee("regions"), "nest");

	expect_nested(live);
	expect_fact(live, "runs", "3");
}
