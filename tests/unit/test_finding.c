// SPDX-License-Identifier: MIT
/*
 * Findings in made profiles: their common properties, and the findings about files. scprof reports
 * a finding in a profile that has the habit, and does not if one of its conditions is missing.
 */
#include <string.h>

#include "analysis/finding_detect.h"
#include "tests/unit/made_calls.h"

TestSuite(finding, .init = made_init, .fini = made_fini);

Test(finding, harmless_calls_have_no_findings)
{
	cr_expect_null(find(""));
	cr_expect_eq(made_findings.nr, 0);
}

Test(finding, reads_of_few_bytes_are_tiny_io)
{
	add("get", "read", 5000, 500, 5000);
	expect("tiny-io", "get (a.c:7) calls read 5000 times for 1 byte each on average; that is "
			  "71.4% of all calls");
	cr_expect_eq(made_findings.list[0].severity, FINDING_HIGH);
	cr_expect_str_eq(made_findings.list[0].figures[0].name, "mean_bytes");
	cr_expect_eq(made_findings.list[0].figures[0].value, 1);
}

Test(finding, reads_that_are_rare_large_or_wait_are_not_tiny_io)
{
	add("get", "read", 1999, 500, 1999);
	expect_none("tiny-io");
	forget_calls();
	add("get", "read", 5000, 500, 5000 * 1024);
	expect_none("tiny-io");
	forget_calls();
	add("get", "read", 5000, 90000, 5000);
	expect_none("tiny-io");
}

Test(finding, reads_of_events_are_not_tiny_io)
{
	add("get", "read", 5000, 500, 5000);
	add_calls(&(struct calls){ .function = "loop",
				   .syscall = "epoll_wait",
				   .calls = 100,
				   .each_ns = 500,
				   .process = "other" });
	expect("tiny-io", "get");
	add("loop", "epoll_wait", 100, 500, 0);
	expect_none("tiny-io");
}

Test(finding, log_beside_messages_is_tiny_io)
{
	add("loop", "epoll_wait", 3000, 500, 0);
	add("log", "write", 3000, 500, 300000);
	expect_none("tiny-io");
	add("answer", "writev", 3000, 500, 900000);
	expect("tiny-io", "log (a.c:7) calls write 3000 times for 100 bytes each");
	cr_expect_eq(made_findings.nr, 1);
}

Test(finding, reads_of_small_files_are_not_tiny_io_but_many_opens)
{
	add("get", "read", 4000, 500, 40000);
	add("get", "openat", 2000, 500, 0);
	add("get", "close", 2000, 500, 0);
	expect_none("tiny-io");
	expect("reopen",
	       "get (a.c:7) opens files 2000 times (openat), and its program closes 2000");
}

Test(finding, writes_of_few_bytes_are_tiny_io)
{
	add("put", "write", 5000, 90000, 50000);
	expect("tiny-io", "put (a.c:7) calls write 5000 times for 10 bytes each");
}

Test(finding, rare_calls_are_no_findings)
{
	add("get", "read", 5000, 500, 5000);
	made_profile.duration_ns = 6 * (int64_t)SECOND;
	expect_none("tiny-io");
	made_profile.duration_ns = SECOND / 2;
	add("harmless", "fcntl", 60000, 1000, 0);
	expect_none("tiny-io");
}

Test(finding, few_calls_of_each_of_many_processes_are_no_finding)
{
	add("get", "read", 5000, 500, 5000);
	add("start", "clone", 150, 1000, 0);
	expect_none("tiny-io");
}

Test(finding, a_seek_for_each_read_is_a_finding)
{
	add("get", "lseek", 2000, 500, 0);
	add("get", "read", 2000, 500, 2000 * 4096);
	expect("seek", "get (a.c:7) calls lseek 2000 times, beside 2000 reads or writes");
	add("get", "openat", 600, 500, 0);
	expect_none("seek");
}

Test(finding, a_seek_for_many_reads_is_no_finding)
{
	add("get", "lseek", 2000, 500, 0);
	add("get", "read", 9000, 500, 9000UL * 4096);
	expect_none("seek");
}

Test(finding, a_sync_for_few_bytes_is_a_finding)
{
	add("save", "fdatasync", 30, 200000, 0);
	add("save", "write", 30, 1000, 3000);
	expect("sync", "save (a.c:7) calls fdatasync 30 times, 200us each, once for each 100B");
	add("save", "write", 30, 1000, 30 * 65536);
	expect_none("sync");
	forget_calls();
	add("save", "fdatasync", 19, 200000, 0);
	expect_none("sync");
}

Test(finding, opens_of_a_tree_walk_or_of_large_files_are_no_finding)
{
	add("get", "openat", 3000, 500, 0);
	expect("reopen", "get");
	add("walk", "getdents64", 40, 500, 0);
	expect_none("reopen");
	forget_calls();
	add("get", "openat", 3000, 500, 0);
	add("get", "read", 6000, 500, 3000UL * 8192);
	expect_none("reopen");
}

Test(finding, reading_the_time_zone_file_again_is_a_finding)
{
	add_via("show", "newfstatat", 1900, 500, "__tz_convert");
	expect("time-zone", "1900 times (newfstatat) to convert times for show (a.c:7)");
	forget_calls();
	add_via("show", "newfstatat", 1900, 500, "fstatat");
	expect_none("time-zone");
}

Test(finding, looking_for_missing_files_is_a_finding)
{
	add_failing("look", "openat", 1800, 500, ENOENT);
	add("look", "openat", 200, 500, 0);
	expect("missing", "look (a.c:7) asks 1800 times for a file that does not exist: 90.0% of "
			  "its calls of openat fail with ENOENT");
	forget_calls();
	add_failing("look", "openat", 900, 500, ENOENT);
	expect_none("missing");
}

Test(finding, spinning_on_eagain_is_a_finding)
{
	add_failing("get", "read", 3000, 500, EAGAIN);
	add("get", "read", 100, 500, 1);
	expect("spin", "get (a.c:7) calls read 3000 times only to be told EAGAIN, and 100 times");
	add("wait", "poll", 1500, 500, 0);
	expect_none("spin");
	forget_calls();
	add_failing("get", "read", 3000, 500, EAGAIN);
	add("get", "read", 301, 500, 1);
	expect_none("spin");
}

Test(finding, many_interrupted_calls_are_a_finding)
{
	add_failing("wait", "pause", 1600, 5000, EINTR);
	expect("interrupted", "signals interrupt pause in wait (a.c:7) 1600 times");
	forget_calls();
	add_failing("wait", "pause", 900, 5000, EINTR);
	expect_none("interrupted");
	forget_calls();
	add_failing("handle", "rt_sigreturn", 2000, 1000, EINTR);
	expect_none("interrupted");
}

Test(finding, many_failing_calls_are_a_finding)
{
	add_failing("tidy", "close", 1900, 500, EBADF);
	expect("failing", "close in tidy (a.c:7) fails with EBADF 1900 times, 100.0%");
	cr_expect_not_null(strstr(made_findings.list[0].advice, "close_range"));
	add("tidy", "close", 2000, 500, 0);
	expect_none("failing");
	forget_calls();
	add_failing("wait", "futex", 1900, 500, ETIMEDOUT);
	expect_none("failing");
}

Test(finding, the_caller_is_named_if_the_site_has_no_line)
{
	add_calls(&(struct calls){ .function = "use",
				   .library_function = "flush",
				   .syscall = "write",
				   .calls = 5000,
				   .each_ns = 500,
				   .bytes = 5000 });
	expect("tiny-io", "flush [libx.so] called from use (a.c:7) calls write 5000 times");
}

Test(finding, a_selection_keeps_the_findings_about_selected_calls)
{
	struct report_filter filter;
	struct syscall_set set;
	char *error;

	add("get", "read", 5000, 500, 5000);
	add("put", "write", 5000, 500, 5000);
	cr_assert_eq(syscall_set_parse(&set, "write", &error), 0);
	report_filter_init(&filter, &made_profile, &set, NULL, 0);
	findings_init(&made_findings, &made_profile, &filter);
	cr_assert_eq(made_findings.nr, 1);
	cr_expect_not_null(strstr(made_findings.list[0].text, "put (a.c:7)"));
	report_filter_fini(&filter);
}

Test(finding, untraced_calls_are_not_compared)
{
	add("get", "read", 5000, 500, 5000);
	add_failing("tidy", "close", 5000, 500, EBADF);
	profile_set_fact(&made_profile, "trace", "read,close");
	expect_none("tiny-io");
	expect("failing", "tidy");
}

Test(finding, the_gravest_come_first_and_at_most_three_of_a_kind)
{
	add("a", "getpid", 2000, 100, 0);
	add("b", "getpid", 2300, 100, 0);
	add("c", "getpid", 2100, 100, 0);
	add("d", "getpid", 2200, 100, 0);
	expect("storm", "b (a.c:7) calls getpid 2300");
	cr_assert_eq(made_findings.nr, 3);
	cr_expect_not_null(strstr(made_findings.list[1].text, "d (a.c:7)"));
	cr_expect_not_null(strstr(made_findings.list[2].text, "c (a.c:7)"));
}
