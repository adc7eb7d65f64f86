/* SPDX-License-Identifier: MIT */
/*
 * Programs that install seccomp filters of their own. The filters must return the same as without
 * scprof. With Syscall User Dispatch, the calls that the filters allow must not stop.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/live/live.h"

TestSuite(sandbox, .init = live_init, .fini = live_fini, .timeout = 120);

#define NR_CALLS   500
#define NR_THREADS 30

#define SITE ";make_calls;"

/* Runs the tracee in @mode with dispatch. Skips the test if the kernel lacks dispatch. */
static struct live *run_dispatched(const char *mode)
{
	struct live *live =
		SCPROF("--engine=fast", "--intercept=dispatch", live_tracee("sandbox"), mode);

	if (WIFEXITED(live->status) && WEXITSTATUS(live->status) == 3)
		LIVE_SKIP("a tracer cannot set Syscall User Dispatch here");
	EXPECT_EXIT(live, 0);
	cr_expect_str_eq(profile_fact(&live->profile, "interception"), "dispatch");
	return live;
}

Test(sandbox, all_filters_answer_as_without_scprof)
{
	static const char *const modes[] = { "threads", "exec",	   "few",   "readonly",
					     "closed",	"address", "limits" };
	const unsigned int nr_calls[] = {
		NR_THREADS * NR_CALLS, NR_CALLS, NR_CALLS, NR_CALLS, NR_CALLS, 0, 2 * NR_CALLS
	};

	for (unsigned int i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		struct live *live = SCPROF(live_tracee("sandbox"), modes[i]);

		EXPECT_EXIT(live, 0);
		EXPECT_CALLS(live, nr_calls[i], .name = "getppid", .stack = SITE);
	}
}

Test(sandbox, threads_have_areas_after_a_filter_denies_memory_for_them)
{
	struct live *live = run_dispatched("threads");

	EXPECT_CALLS(live, NR_THREADS * NR_CALLS, .name = "getppid", .stack = SITE);
	EXPECT_IN_GATE(live, NR_THREADS * NR_CALLS);
	cr_expect(!strstr(profile_fact(&live->profile, "stopped_calls"), "a filter of"));
}

Test(sandbox, a_program_executed_under_a_filter_has_a_gate)
{
	struct live *live = run_dispatched("exec");

	EXPECT_CALLS(live, NR_CALLS, .name = "getppid", .stack = SITE);
	EXPECT_IN_GATE(live, NR_CALLS);
}

Test(sandbox, a_program_under_a_filter_that_denies_memfd_create_has_an_area)
{
	struct statfs status;
	struct live *live;

	if (statfs("/dev/shm", &status) < 0 || status.f_type != TMPFS_MAGIC)
		LIVE_SKIP("/dev/shm is not in memory here");
	live = run_dispatched("few");
	EXPECT_CALLS(live, NR_CALLS, .name = "getppid", .stack = SITE);
	EXPECT_IN_GATE(live, NR_CALLS);
}

/* Returns true if this process may open the files of its mappings, which requires a capability. */
static bool may_open_mappings(void)
{
	struct dirent *entry;
	DIR *folder = opendir("/proc/self/map_files");
	bool may = false;

	while (folder && !may && (entry = readdir(folder))) {
		int file = entry->d_name[0] == '.' ? -1 : openat(dirfd(folder), entry->d_name, 0);

		may = file >= 0;
		if (may)
			close(file);
	}
	if (folder)
		closedir(folder);
	return may;
}

Test(sandbox, a_program_that_may_only_read_files_has_an_area_if_scprof_has_privileges)
{
	struct live *live;

	if (!may_open_mappings())
		LIVE_SKIP("the files of mappings cannot be opened here");
	live = run_dispatched("readonly");
	EXPECT_CALLS(live, NR_CALLS, .name = "getppid", .stack = SITE);
	EXPECT_IN_GATE(live, NR_CALLS);
}

Test(sandbox, scprof_makes_no_call_that_a_filter_denies)
{
	struct live *live = run_dispatched("closed");

	EXPECT_CALLS(live, NR_CALLS, .name = "getppid", .stack = SITE);
	cr_expect(strstr(profile_fact(&live->profile, "stopped_calls"),
			 "a filter of the program denies memory for its area"));
}

Test(sandbox, a_filter_that_reads_the_address_of_a_call_sees_that_of_the_program)
{
	struct live *live = run_dispatched("address");

	EXPECT_CALLS(live, 2 * NR_CALLS, .name = "getpgrp", .error = 0, .stack = ";get_group;");
	EXPECT_CALLS(live, 1, .name = "getpgrp", .error = EXDEV);
}

Test(sandbox, a_program_under_a_filter_can_limit_its_memory)
{
	struct live *live = run_dispatched("limits");

	EXPECT_CALLS(live, 2 * NR_CALLS, .name = "getppid", .stack = SITE);
	EXPECT_IN_GATE(live, 2 * NR_CALLS);
}

Test(sandbox, with_dispatch_filters_of_every_kind_answer_as_without_scprof)
{
	struct live *live = SCPROF("--engine=fast", "--intercept=dispatch", live_tracee("filters"));

	if (WIFEXITED(live->status) && WEXITSTATUS(live->status) == 3)
		LIVE_SKIP("a tracer cannot set Syscall User Dispatch here");
	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 12, .name = "getppid", .error = ENOSYS, .stack = ";expect_enosys;");
	EXPECT_CALLS(live, 6, .name = "getpgrp", .error = ENOSYS);
	EXPECT_CALLS(live, 6, .name = "geteuid", .error = ENOSYS);
	EXPECT_CALLS(live, 1, .name = "getuid", .error = EACCES);
	EXPECT_CALLS(live, 2, .name = "getpriority");
	EXPECT_ERRORS(live, 0, .name = "getpriority");
	live = SCPROF("--engine=fast", "--intercept=dispatch", live_tracee("filters"), "threads");
	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 6, .name = "getegid", .error = ENOSYS,
		     .stack = "filter_thread;expect_enosys;");
}

#define NR_TRAPS     200
#define NR_UNTRAPPED 300

static const char *const ways[] = { "--intercept=filter", "--intercept=dispatch" };

/*
 * Runs a program in @mode with each way of interception. Its filter raises SIGSYS. Counts its
 * trapped calls.
 */
static void try_trap(const char *mode, unsigned int nr_trapped, bool is_killed)
{
	for (unsigned int i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct live *live = SCPROF(ways[i], live_tracee("trapped"), mode);

		/* The kernel has no dispatch. */
		if (i && WIFEXITED(live->status) && WEXITSTATUS(live->status) == 3)
			continue;
		if (is_killed)
			EXPECT_SIGNAL(live, SIGSYS);
		else
			EXPECT_EXIT(live, 0);
		EXPECT_CALLS(live, NR_UNTRAPPED + nr_trapped, .name = "getpriority",
			     .stack = ";call;");
		EXPECT_CALLS(live, NR_UNTRAPPED, .name = "getpriority", .error = EINVAL);
	}
}

Test(sandbox, a_handler_of_SIGSYS_makes_a_denied_call_itself)
{
	try_trap("emulate", NR_TRAPS, false);
	try_trap("nested", NR_TRAPS * 5, false);
	try_trap("jump", NR_TRAPS, false);
}

Test(sandbox, many_threads_handle_SIGSYS)
{
	try_trap("threads", 9 * NR_TRAPS, false);
}

Test(sandbox, SIGSYS_kills_a_program_that_does_not_handle_it)
{
	static const char *const modes[] = { "default", "blocked", "ignored", "executed" };

	for (unsigned int i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		try_trap(modes[i], 1, true);
}

Test(sandbox, with_dispatch_a_program_sees_no_filter_of_scprof)
{
	const char *const look[] = { "grep", "-E", "^(NoNewPrivs|Seccomp)", "/proc/self/status" };
	struct live *plain = PLAIN(look[0], look[1], look[2], look[3]), *live;

	live = SCPROF("--engine=fast", "--intercept=dispatch", look[0], look[1], look[2], look[3]);
	if (WIFEXITED(live->status) && WEXITSTATUS(live->status) == 3)
		LIVE_SKIP("a tracer cannot set Syscall User Dispatch here");
	EXPECT_EXIT(live, 0);
	cr_expect_str_eq(live->texts[0], plain->texts[0]);
	cr_expect(strstr(live->texts[0], "Seccomp"));
}
