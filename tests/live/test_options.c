/* SPDX-License-Identifier: MIT */
/*
 * How the launcher handles its options, its output file and its exit status, and what it does when
 * something is wrong: one clear line, the right exit status, and no harm to the program.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/live/live.h"

TestSuite(options, .init = live_init, .fini = live_fini, .timeout = 120);
TestSuite(output, .init = live_init, .fini = live_fini, .timeout = 120);
TestSuite(refusals, .init = live_init, .fini = live_fini, .timeout = 120);

/* Runs scprof with @arguments and no others. `LIVE_ARGS` starts with "scprof". */
static struct live *bare(const char *arguments[])
{
	arguments[0] = live_built("scprof");
	return live_run(LIVE_PLAIN, arguments);
}
#define BARE(...) bare(LIVE_ARGS("scprof", __VA_ARGS__))

static unsigned int count_lines(const char *text)
{
	unsigned int nr = 0;

	for (; *text; text++)
		nr += *text == '\n';
	return nr;
}

/* Expects one line that starts with "scprof: ". */
static void expect_one_line(const struct live *live)
{
	cr_expect(strncmp(live->texts[1], "scprof: ", 8) == 0 && count_lines(live->texts[1]) == 1,
		  "not one line: %s", live->texts[1]);
}

Test(options, trace_restricts_what_is_counted)
{
	struct live *live = SCPROF("-e", "getppid,write", live_tracee("nested"), "50");

	EXPECT_CALLS(live, 50, .name = "getppid");
	EXPECT_CALLS(live, 50);
}

Test(options, trace_takes_negation)
{
	struct live *live = SCPROF("-e", "!getppid", live_tracee("nested"), "50");

	EXPECT_CALLS(live, 0, .name = "getppid");
	EXPECT_CALLS(live, LIVE_FIRST_EXECVE, .name = "execve");
}

Test(options, trace_of_few_calls_still_follows_children)
{
	struct live *live =
		SCPROF("-e", "trace=getppid", live_tracee("follow"), live_tracee("nested"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 115, .name = "getppid");
	EXPECT_CALLS(live, 115);
}

Test(options, trace_of_few_calls_still_follows_threads)
{
	struct live *live = SCPROF("-e", "getppid", live_tracee("short_threads"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 500, .name = "getppid", .stack = ";worker;getppid$");
	EXPECT_CALLS(live, 500);
}

Test(options, trace_of_few_calls_still_forbids_clone_untraced)
{
	struct live *live = SCPROF("-e", "getppid", live_tracee("untraced"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 10, .name = "getppid");
}

Test(options, environment_variables_work_as_options_do)
{
	struct live *live;

	setenv("SCPROF_TRACE", "getppid", 1);
	setenv("SCPROF_MAX_FRAMES", "8", 1);
	live = SCPROF(live_tracee("recursion"), "100");
	EXPECT_CALLS(live, 3, .stack = "^\\[truncated\\];(descend;){8}getppid$");
	EXPECT_CALLS(live, 3);
}

Test(options, the_engine_is_the_requested_one)
{
	struct live *live;

	live_need_gate();
	setenv("SCPROF_ENGINE", "fast", 1);
	live = SCPROF(live_tracee("nested"));
	EXPECT_CALLS(live, 100, .name = "getppid");
	cr_expect_str_eq(profile_fact(&live->profile, "engine"), "fast");
	live = SCPROF("--engine=ptrace", live_tracee("nested"));
	EXPECT_CALLS(live, 100, .name = "getppid");
	cr_expect_str_eq(profile_fact(&live->profile, "engine"), "ptrace");
}

Test(options, quiet_prints_nothing)
{
	struct live *live = SCPROF(live_tracee("status"), "0");

	cr_expect_str_eq(live->texts[1], "");
	cr_expect_str_eq(live->texts[0], "");
}

Test(options, the_last_line_says_where_the_profile_is)
{
	struct live *live = BARE("-o", "here.pb.gz", live_tracee("status"), "0");

	EXPECT_EXIT(live, 0);
	cr_expect(strstr(live->texts[1], "here.pb.gz"), "%s", live->texts[1]);
	expect_one_line(live);
	cr_expect_str_eq(live->texts[0], "");
}

Test(options, exit_statuses_are_those_of_the_program)
{
	EXPECT_EXIT(SCPROF(live_tracee("status"), "0"), 0);
	EXPECT_EXIT(SCPROF(live_tracee("status"), "1"), 1);
	EXPECT_EXIT(SCPROF(live_tracee("status"), "255"), 255);
}

Test(output, a_relative_file_name_means_the_same_after_chdir)
{
	struct live *live = BARE("-q", "-o", "relative.pb.gz", live_tracee("chdir"));

	EXPECT_EXIT(live, 0);
	live_load(live, "relative.pb.gz");
	EXPECT_CALLS(live, 1, .name = "getppid");
}

Test(output, a_file_name_may_contain_the_programs_name_and_pid)
{
	struct live *live = BARE("-q", "-o", "p.%n.%p.pb.gz", live_tracee("status"));
	struct live *files = PLAIN("sh", "-c", "echo p.tracee_status.[0-9]*[0-9].pb.gz");

	EXPECT_EXIT(live, 0);
	files->texts[0][strcspn(files->texts[0], "\n")] = '\0';
	live_load(live, files->texts[0]);
	EXPECT_CALLS(live, 2, .name = "getppid");
}

Test(output, the_default_name_is_in_the_current_directory)
{
	struct live *live = BARE("-q", live_tracee("status"));
	struct live *files = PLAIN("sh", "-c", "echo scprof.tracee_status.[0-9]*.pb.gz");

	EXPECT_EXIT(live, 0);
	files->texts[0][strcspn(files->texts[0], "\n")] = '\0';
	live_load(live, files->texts[0]);
}

static void expect_refusal_before_start(const char *path)
{
	struct live *live = BARE("-q", "-o", path, live_tracee("leave_mark"), "mark");

	expect_one_line(live);
	EXPECT_EXIT(live, 3);
	cr_expect_neq(access("mark", F_OK), 0, "the program ran");
}

Test(output, a_missing_directory_is_refused_before_the_program_starts)
{
	expect_refusal_before_start("missing/x.pb.gz");
}

Test(output, a_directory_as_output_is_refused_before_the_program_starts)
{
	mkdir("directory", 0700);
	expect_refusal_before_start("directory");
}

Test(output, a_pipe_is_refused_before_the_program_starts)
{
	struct live *live;

	cr_assert_eq(mkfifo("pipe", 0600), 0);
	live = PLAIN(live_built("scprof"), "-o", "pipe", live_tracee("leave_mark"), "mark");
	EXPECT_EXIT(live, 3);
	cr_expect(access("mark", F_OK) < 0);
}

Test(output, an_unwritable_directory_is_refused_before_the_program_starts)
{
	mkdir("locked", 0500);
	if (geteuid() == 0)
		expect_refusal_before_start("/proc/x.pb.gz");
	else
		expect_refusal_before_start("locked/x.pb.gz");
}

static void expect_status_kept_and_no_file(const char *directory, const char *path)
{
	const char *profile = strchr(path, '/') + 1;
	struct live *live = BARE("-o", path, live_tracee("status"), "7");
	struct live *files = PLAIN("ls", "-A", directory);

	EXPECT_EXIT(live, 7);
	expect_one_line(live);
	cr_expect_not(strstr(files->texts[0], profile), "file left: %s", files->texts[0]);
}

Test(output, a_file_size_limit_keeps_the_status_and_leaves_no_file)
{
	struct rlimit limit = { 64, 64 };
	const char *coverage = getenv("COVERAGE_CFLAGS");

	if (coverage && *coverage)
		LIVE_SKIP("gcov's files are larger than the limit");
	mkdir("small", 0700);
	setrlimit(RLIMIT_FSIZE, &limit);
	expect_status_kept_and_no_file("small", "small/x.pb.gz");
}

Test(output, a_file_size_limit_that_allows_no_file_is_reported_before_the_program_starts)
{
	struct rlimit limit = { 0, 0 };
	const char *coverage = getenv("COVERAGE_CFLAGS");
	struct live *live;

	if (coverage && *coverage)
		LIVE_SKIP("gcov's files are larger than the limit");
	setrlimit(RLIMIT_FSIZE, &limit);
	live = BARE("-o", "x.pb.gz", live_tracee("status"), "7");
	EXPECT_EXIT(live, 3);
	expect_one_line(live);
	cr_expect(strstr(live->texts[1], "the limit is 0 bytes (RLIMIT_FSIZE, ulimit -f)"), "%s",
		  live->texts[1]);
}

Test(output, a_file_size_limit_holds_for_the_program_as_without_scprof)
{
	const char *coverage = getenv("COVERAGE_CFLAGS");
	struct live *live;

	if (coverage && *coverage)
		LIVE_SKIP("gcov's files are larger than the limit");
	live = PLAIN("sh", "-c",
		     live_text("ulimit -f 0; '%s' -q -o /dev/null sh -c 'echo > file'; exit $?",
			       live_built("scprof")));
	cr_expect_eq(WEXITSTATUS(live->status), 128 + SIGXFSZ, "%d", live->status);
}

Test(output, a_full_disk_keeps_the_status_and_leaves_no_file)
{
	live_need_root();
	mkdir("full", 0700);
	if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("none", "full", "tmpfs", 0, "size=64k,mode=0777") != 0)
		LIVE_SKIP("file systems cannot be mounted here");
	cr_assert_neq(system("yes >full/filler 2>/dev/null"), 0);
	expect_status_kept_and_no_file("full", "full/x.pb.gz");
	umount("full");
}

Test(output, scprof_can_write_the_profile_despite_a_descriptor_limit)
{
	char *command = live_text("ulimit -n 14; exec '%s' -q -o few.pb.gz '%s' 4",
				  live_built("scprof"), live_tracee("status"));
	struct live *live = PLAIN("sh", "-c", command);

	EXPECT_EXIT(live, 4);
	live_load(live, "few.pb.gz");
	EXPECT_CALLS(live, 2, .name = "getppid");
}

Test(output, a_new_profile_replaces_all_of_an_old_one)
{
	struct live *live = BARE("-q", "-o", "same.pb.gz", live_tracee("nested"), "100");

	live = BARE("-q", "-o", "same.pb.gz", live_tracee("nested"), "3");
	live_load(live, "same.pb.gz");
	EXPECT_CALLS(live, 3, .name = "getppid");
	cr_expect_eq(live_count_files(), 0);
}

Test(refusals, a_missing_program_gives_exit_status_127)
{
	struct live *live = SCPROF("./no-such-program");

	EXPECT_EXIT(live, 127);
	expect_one_line(live);
	cr_expect(strstr(live->texts[1], "No such file or directory"), "%s", live->texts[1]);
	cr_expect_not(live->has_profile);
}

Test(refusals, a_program_that_cannot_be_executed_gives_exit_status_126)
{
	struct live *live;

	close(open("text", O_CREAT | O_WRONLY, 0600));
	live = SCPROF("./text");
	EXPECT_EXIT(live, 126);
	expect_one_line(live);
	cr_expect_not(live->has_profile);
}

Test(refusals, an_unknown_option_gives_exit_status_2)
{
	struct live *live = BARE("--no-such-option", "true");

	EXPECT_EXIT(live, 2);
	cr_expect_eq(strncmp(live->texts[1], "scprof: ", 8), 0, "%s", live->texts[1]);
}

Test(refusals, an_unknown_call_gives_exit_status_2_and_a_suggestion)
{
	struct live *live = BARE("-e", "opennat", live_tracee("leave_mark"), "mark");

	EXPECT_EXIT(live, 2);
	cr_expect(strstr(live->texts[1], "openat"), "%s", live->texts[1]);
	cr_expect_neq(access("mark", F_OK), 0, "the program ran");
}

Test(refusals, no_program_gives_exit_status_2)
{
	EXPECT_EXIT(BARE("-q"), 2);
}

Test(refusals, a_program_that_strace_traces_is_left_alone)
{
	struct live *live;

	live = PLAIN("strace", "-f", "-o", "log", live_built("scprof"), "-o", "x.pb.gz",
		     live_tracee("status"), "7");

	if (WIFEXITED(live->status) && WEXITSTATUS(live->status) == 127)
		LIVE_SKIP("strace is not installed");
	cr_expect(WIFEXITED(live->status));
	expect_one_line(live);
	cr_expect_neq(access("x.pb.gz", F_OK), 0);
}

Test(refusals, a_program_that_scprof_traces_is_left_alone)
{
	LIVE_NEED_FORK("a scprof with a sanitizer cannot load the library first");
	struct live *live =
		SCPROF(live_built("scprof"), "-o", "inner.pb.gz", live_tracee("nested"), "5");

	cr_expect(WIFEXITED(live->status));
	expect_one_line(live);
	cr_expect_neq(access("inner.pb.gz", F_OK), 0);
}
