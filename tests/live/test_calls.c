/* SPDX-License-Identifier: MIT */
/*
 * Every kind of system call that an x86-64 kernel accepts, and programs that change what the kernel
 * does with their calls. Each call is counted under its own name, with its own result.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/live/live.h"

TestSuite(calls, .init = live_init, .fini = live_fini, .timeout = 120);

Test(calls, int80_is_an_i386_call)
{
	struct live *live = SCPROF(live_tracee("int80"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 9, .name = "getppid", .abi = "i386", .stack = ";main;by_interrupt;");
	EXPECT_CALLS(live, 9, .name = "getppid", .abi = "x86-64");
}

Test(calls, x32_numbers_have_their_own_abi)
{
	struct live *live = SCPROF(live_tracee("x32"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 4, .name = "getppid", .abi = "x32", .stack = ";main;getppid$");
}

Test(calls, calls_of_the_vsyscall_page_hide_no_others)
{
	struct live *live = SCPROF(live_tracee("vsyscall"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 10, .name = "getppid", .stack = ";main;getppid$");
	EXPECT_CALLS(live, 0, .name = "gettimeofday");
}

Test(calls, unknown_numbers_are_counted_by_number)
{
	struct live *live = SCPROF(live_tracee("unknown"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 2, .name = "syscall_0x1ff", .error = ENOSYS, .stack = ";main;");
	EXPECT_CALLS(live, 1, .name = "syscall_0x186a0", .error = ENOSYS);
	EXPECT_CALLS(live, 1, .name = "syscall_0xffffffff", .error = ENOSYS);
}

Test(calls, a_seccomp_filter_of_the_program_hides_no_call)
{
	struct live *live = SCPROF(live_tracee("own_filter"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 5, .name = "getppid", .error = EACCES, .stack = ";main;call_getppid;");
	EXPECT_CALLS(live, 105, .name = "getppid");
	EXPECT_CALLS(live, 103, .name = "getpgrp");
}

Test(calls, with_dispatch_a_filter_of_the_program_stops_no_call)
{
	struct live *live =
		SCPROF("--engine=fast", "--intercept=dispatch", live_tracee("own_filter"));

	if (WIFEXITED(live->status) && WEXITSTATUS(live->status) == 3)
		LIVE_SKIP("the kernel has no Syscall User Dispatch");
	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 105, .name = "getppid", .stack = ";main;call_getppid;");
	cr_expect(strstr("dispatch prctl", profile_fact(&live->profile, "interception")));
	cr_expect(!strstr(profile_fact(&live->profile, "stopped_calls"), "a filter of its own"));
}

Test(calls, with_dispatch_the_program_has_no_filter_and_may_use_the_strict_mode)
{
	struct live *plain = PLAIN(live_tracee("unfiltered"));
	struct live *live =
		SCPROF("--engine=fast", "--intercept=dispatch", live_tracee("unfiltered"));

	if (WIFEXITED(live->status) && WEXITSTATUS(live->status) == 3)
		LIVE_SKIP("a tracer cannot set Syscall User Dispatch here");
	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 1, .name = "getppid", .stack = ";main;call_getppid;");
	cr_expect_str_eq(live->texts[0], plain->texts[0]);
}

Test(calls, a_seccomp_filter_that_asks_for_a_tracer_finds_none)
{
	struct live *live = SCPROF(live_tracee("filters"));

	EXPECT_EXIT(live, 0);
	/* The program makes the call in two ways, three times each. So does its child. */
	EXPECT_CALLS(live, 12, .name = "getppid", .error = ENOSYS, .stack = ";expect_enosys;");
	EXPECT_CALLS(live, 312, .name = "getppid", .stack = ";main;try_actions;");
	EXPECT_CALLS(live, 6, .name = "getpgrp", .error = ENOSYS);
	EXPECT_CALLS(live, 6, .name = "geteuid", .error = ENOSYS);
	EXPECT_CALLS(live, 1, .name = "getuid", .error = EACCES);
	EXPECT_CALLS(live, 1, .name = "getgid", .stack = "try_actions;getgid$");
	EXPECT_CALLS(live, 2, .name = "getpriority");
	EXPECT_ERRORS(live, 0, .name = "getpriority");
}

Test(calls, a_seccomp_filter_from_another_thread_finds_no_tracer_either)
{
	struct live *live = SCPROF(live_tracee("filters"), "threads");

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 6, .name = "getegid", .error = ENOSYS,
		     .stack = "filter_thread;expect_enosys;");
}

/*
 * A tracer without CAP_SYS_PTRACE cannot read its memory (ptrace(2)), so its stacks may be
 * truncated.
 */
Test(calls, an_undumpable_program_is_profiled)
{
	struct live *live = SCPROF(live_tracee("undumpable"));
	const char *stack = geteuid() == 0 ? ";main;secretive;getppid$" : ";secretive;getppid$";

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 12, .name = "getppid", .stack = stack);
}

Test(calls, a_program_without_free_descriptors_is_profiled)
{
	struct live *live = SCPROF(live_tracee("few_fds"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 2, .name = "openat", .error = EMFILE, .stack = ";main;");
	EXPECT_CALLS(live, 1, .name = "getppid");
}

Test(calls, a_program_that_closes_every_descriptor_is_profiled)
{
	struct live *live = SCPROF(live_tracee("close_all"));

	EXPECT_EXIT(live, 8);
	EXPECT_CALLS(live, 5, .name = "getppid", .stack = ";main;getppid$");
	EXPECT_CALLS(live, 1024, .name = "close", .stack = ";main;");
	EXPECT_CALLS(live, 1021, .name = "close", .error = EBADF);
}

Test(calls, asking_to_be_traced_fails_as_under_strace)
{
	struct live *live = SCPROF(live_tracee("ptracer"));

	EXPECT_EXIT(live, 1);
	EXPECT_CALLS(live, 1, .name = "ptrace", .error = EPERM);
}

Test(calls, the_profile_counts_the_bytes_that_a_call_moves)
{
	struct live *live = SCPROF(live_tracee("transfer"));
	struct live_query query = { .name = "write" };

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 10, .name = "write");
	cr_expect_eq(live_ask(live, &query).bytes, 10000u);
}

/* A busy machine may delay a call, so one good run of several is enough. */
/* On a busy machine a call can end late, and the time that is certain can be less than it took. */
Test(calls, the_profile_has_the_time_that_a_call_took)
{
	struct live_query sleep = { .name = "nanosleep" }, write = { .name = "write" };
	uint64_t sleep_ns = 0, write_ns = 0;
	bool is_right = false;

	for (int i = 0; i < 20 && !is_right; i++) {
		struct live *live = SCPROF(live_tracee("transfer"));

		sleep_ns = live_ask(live, &sleep).time_ns;
		write_ns = live_ask(live, &write).time_ns;
		is_right = sleep_ns >= 49000000u && sleep_ns <= 100000000u && write_ns <= 5000000u;
	}
	cr_expect(is_right, "nanosleep took %lu ns, write %lu ns", (unsigned long)sleep_ns,
		  (unsigned long)write_ns);
}
