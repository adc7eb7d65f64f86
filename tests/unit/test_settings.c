// SPDX-License-Identifier: MIT
/*
 * Settings from SCPROF_* variables, and the messages about values that make no sense. Criterion
 * runs each test in a process of its own, so a test may change the environment.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper/base/settings.h"
#include "scprof/handshake.h"

static char folder[] = "/tmp/scprof-settings.XXXXXX";
static char here[PATH_MAX]; /* the directory's name as getcwd(3) returns it */
static struct settings settings;
static char *error;

static void setup(void)
{
	static const char *const names[] = {
		SCPROF_ENV_OUTPUT,	SCPROF_ENV_TRACE,      SCPROF_ENV_ENGINE,
		SCPROF_ENV_FOLLOW,	SCPROF_ENV_MAX_FRAMES, SCPROF_ENV_QUIET,
		SCPROF_ENV_PER_PROCESS, SCPROF_ENV_PER_THREAD, SCPROF_ENV_PROGRAM,
		SCPROF_ENV_LOG,		SCPROF_ENV_FDS,	       SCPROF_ENV_REDACT,
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unsetenv(names[i]);
	setenv(SCPROF_ENV_PROGRAM, "prog", 1);
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
	cr_assert_not_null(getcwd(here, sizeof(here)));
}

static void teardown(void)
{
	settings_fini(&settings);
	free(error);
	cr_expect_eq(rmdir(folder), 0, "a file is left in the directory");
}

TestSuite(settings, .init = setup, .fini = teardown);

static void expect_good(void)
{
	int result = settings_init(&settings, HELPER_FORKED, 1234, &error);

	cr_assert_eq(result, 0, "%s", error);
	cr_assert_null(error);
}

static void expect_refused(const char *name, const char *value, const char *text)
{
	setenv(name, value, 1);
	cr_expect_eq(settings_init(&settings, HELPER_FORKED, 1234, &error), -EINVAL, "%s=%s", name,
		     value);
	cr_expect_str_eq(error ? error : "(none)", text);
	settings_fini(&settings);
	free(error);
	error = NULL;
	memset(&settings, 0, sizeof(settings));
	unsetenv(name);
}

static void expect_output(const char *template, const char *name)
{
	char expected[2 * PATH_MAX];

	setenv(SCPROF_ENV_OUTPUT, template, 1);
	expect_good();
	snprintf(expected, sizeof(expected), "%s/%s", here, name);
	cr_expect_str_eq(settings.output, expected);
	settings_fini(&settings);
	memset(&settings, 0, sizeof(settings));
}

Test(settings, without_variables_there_are_defaults)
{
	char expected[2 * PATH_MAX];

	expect_good();
	snprintf(expected, sizeof(expected), "%s/scprof.prog.1234.pb.gz", here);
	cr_expect_str_eq(settings.output, expected);
	cr_expect_str_eq(settings.name, "prog");
	cr_expect(settings.follows);
	cr_expect_not(settings.is_quiet);
	cr_expect_not(settings.is_preloaded);
	cr_expect_not(settings.per_process);
	cr_expect_not(settings.per_thread);
	cr_expect_eq(settings.max_frames, SETTINGS_MAX_FRAMES);
	cr_expect(syscall_set_is_full(&settings.trace));
	cr_expect_null(settings.trace_text);
}

Test(settings, variables_set_to_nothing_are_not_set)
{
	setenv(SCPROF_ENV_OUTPUT, "", 1);
	setenv(SCPROF_ENV_TRACE, "", 1);
	setenv(SCPROF_ENV_ENGINE, "", 1);
	setenv(SCPROF_ENV_FOLLOW, "", 1);
	setenv(SCPROF_ENV_MAX_FRAMES, "", 1);
	expect_good();
	cr_expect(settings.follows);
	cr_expect_eq(settings.max_frames, SETTINGS_MAX_FRAMES);
	cr_expect(syscall_set_is_full(&settings.trace));
}

Test(settings, every_word_for_yes_and_no_is_read)
{
	static const char *const yes[] = { "1", "yes", "true", "on" };
	static const char *const no[] = { "0", "no", "false", "off" };

	for (size_t i = 0; i < 4; i++) {
		setenv(SCPROF_ENV_QUIET, yes[i], 1);
		setenv(SCPROF_ENV_PER_PROCESS, yes[i], 1);
		setenv(SCPROF_ENV_PER_THREAD, yes[i], 1);
		setenv(SCPROF_ENV_FOLLOW, no[i], 1);
		expect_good();
		cr_expect(settings.is_quiet && settings.per_process && settings.per_thread);
		cr_expect_not(settings.follows);
		settings_fini(&settings);
	}
	memset(&settings, 0, sizeof(settings));
}

static void expect_log(const char *output, const char *log, const char *name)
{
	char expected[2 * PATH_MAX];

	setenv(SCPROF_ENV_OUTPUT, output, 1);
	setenv(SCPROF_ENV_LOG, log, 1);
	expect_good();
	snprintf(expected, sizeof(expected), "%s/%s", here, name);
	cr_expect_str_eq(settings.log, expected);
	settings_fini(&settings);
	memset(&settings, 0, sizeof(settings));
}

Test(settings, a_log_is_beside_the_profile_or_at_the_given_name)
{
	expect_log("a.pb.gz", "yes", "a.sclog");
	expect_log("profile", "1", "profile.sclog");
	expect_log("", "on", "scprof.prog.1234.sclog");
	expect_log("/dev/null", "yes", "scprof.prog.1234.sclog");
	expect_log("a.pb.gz", "%n-%p.x", "prog-1234.x");
	expect_log("a.pb.gz", "./no", "./no");
}

Test(settings, there_is_no_log_unless_asked_for)
{
	expect_good();
	cr_expect_null(settings.log);
	cr_expect_not(settings.touches);
	cr_expect_not(settings.redacts);
	settings_fini(&settings);
	setenv(SCPROF_ENV_LOG, "off", 1);
	expect_good();
	cr_expect_null(settings.log);
}

Test(settings, each_variable_sets_its_own_field)
{
	setenv(SCPROF_ENV_PER_THREAD, "1", 1);
	cr_assert_eq(settings_init(&settings, HELPER_PRELOADED, 1234, &error), 0);
	cr_expect(settings.is_preloaded);
	cr_expect(settings.per_thread);
	cr_expect_not(settings.per_process);
	cr_expect_not(settings.is_quiet);
}

Test(settings, fds_and_redact_are_independent)
{
	setenv(SCPROF_ENV_FDS, "yes", 1);
	expect_good();
	cr_expect(settings.touches && !settings.redacts);
	settings_fini(&settings);
	unsetenv(SCPROF_ENV_FDS);
	setenv(SCPROF_ENV_REDACT, "yes", 1);
	expect_good();
	cr_expect(settings.redacts && !settings.touches);
}

Test(settings, other_words_than_yes_and_no_are_refused)
{
	expect_refused(SCPROF_ENV_QUIET, "maybe", "SCPROF_QUIET: 'maybe' is neither yes nor no");
	expect_refused(SCPROF_ENV_FOLLOW, "2", "SCPROF_FOLLOW: '2' is neither yes nor no");
	expect_refused(SCPROF_ENV_PER_PROCESS, "YES",
		       "SCPROF_PER_PROCESS: 'YES' is neither yes nor no");
	expect_refused(SCPROF_ENV_PER_THREAD, " 1",
		       "SCPROF_PER_THREAD: ' 1' is neither yes nor no");
}

Test(settings, number_of_frames_is_read)
{
	static const char *const good[] = { "1", "64", "65536", "0512" };
	static const unsigned int values[] = { 1, 64, 65536, 512 };

	for (size_t i = 0; i < 4; i++) {
		setenv(SCPROF_ENV_MAX_FRAMES, good[i], 1);
		expect_good();
		cr_expect_eq(settings.max_frames, values[i]);
		settings_fini(&settings);
	}
	memset(&settings, 0, sizeof(settings));
}

Test(settings, wrong_numbers_of_frames_are_refused)
{
	static const char *const bad[] = {
		"0",
		"-1",
		"+1",
		" 1",
		"1 ",
		"1k",
		"0x10",
		"65537",
		"4294967297",
		"x",
		"99999999999999999999999999",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char text[128];

		snprintf(text, sizeof(text),
			 "SCPROF_MAX_FRAMES: '%s' is not a number from 1 to 65536", bad[i]);
		expect_refused(SCPROF_ENV_MAX_FRAMES, bad[i], text);
	}
}

Test(settings, names_of_engines_are_read)
{
	setenv(SCPROF_ENV_ENGINE, "auto", 1);
	expect_good();
	cr_expect(settings.is_fast);
	settings_fini(&settings);
	setenv(SCPROF_ENV_ENGINE, "ptrace", 1);
	expect_good();
	cr_expect_not(settings.is_fast);
	settings_fini(&settings);
	setenv(SCPROF_ENV_ENGINE, "fast", 1);
	expect_good();
	cr_expect(settings.is_fast);
	settings_fini(&settings);
	expect_refused(SCPROF_ENV_ENGINE, "steam",
		       "SCPROF_ENGINE: 'steam' is none of auto, fast, ptrace");
}

Test(settings, names_of_ways_to_intercept_are_read)
{
	static const char *const names[] = {
		[INTERCEPT_AUTO] = "auto",     [INTERCEPT_STOPS] = "stops",
		[INTERCEPT_FILTER] = "filter", [INTERCEPT_DISPATCH] = "dispatch",
		[INTERCEPT_PRCTL] = "prctl",
	};

	for (unsigned int i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		setenv(SCPROF_ENV_INTERCEPT, names[i], 1);
		expect_good();
		cr_expect_eq(settings.interception, (enum interception)i);
		settings_fini(&settings);
	}
	expect_refused(SCPROF_ENV_INTERCEPT, "trap",
		       "SCPROF_INTERCEPT: 'trap' is none of auto, dispatch, prctl, filter, stops");
}

Test(settings, traced_calls_are_read)
{
	setenv(SCPROF_ENV_TRACE, "read,write", 1);
	expect_good();
	cr_expect_str_eq(settings.trace_text, "read,write");
	cr_expect(syscall_set_has(&settings.trace, SYSCALL_ABI_X86_64, 0));
	cr_expect_not(syscall_set_has(&settings.trace, SYSCALL_ABI_X86_64, 39));
}

Test(settings, unknown_traced_call_is_named)
{
	setenv(SCPROF_ENV_TRACE, "raed", 1);
	cr_assert_eq(settings_init(&settings, HELPER_FORKED, 1234, &error), -EINVAL);
	cr_assert_not_null(error);
	cr_expect_not_null(strstr(error, "SCPROF_TRACE"), "%s", error);
	cr_expect_not_null(strstr(error, "raed"), "%s", error);
	cr_expect_not_null(strstr(error, "read"), "%s", error);
}

Test(settings, output_is_expanded)
{
	expect_output("%n-%p", "prog-1234");
	expect_output("%%n%%", "%n%");
	expect_output("%n%n%p%%p", "progprog1234%p");
	expect_output("100%", "100%");
	expect_output("%x%d%s", "%x%d%s");
}

Test(settings, expanded_name_is_not_expanded_again)
{
	setenv(SCPROF_ENV_PROGRAM, "a%p", 1);
	expect_output("%n.%p", "a%p.1234");
}

Test(settings, long_name_is_truncated_between_characters)
{
	char name[256], expected[2 * PATH_MAX];

	memset(name, 'n', 255);
	memcpy(name + 199, "\xe2\x82\xac", 3); /* a euro sign */
	name[255] = '\0';
	setenv(SCPROF_ENV_PROGRAM, name, 1);
	expect_good();
	snprintf(expected, sizeof(expected), "%s/scprof.%.199s.1234.pb.gz", here, name);
	cr_expect_str_eq(settings.output, expected);
}

Test(settings, absolute_output_is_unchanged)
{
	char template[2 * PATH_MAX];

	snprintf(template, sizeof(template), "%s/x.gz", here);
	setenv(SCPROF_ENV_OUTPUT, template, 1);
	cr_assert_eq(chdir("/"), 0);
	expect_good();
	cr_expect_str_eq(settings.output, template);
}

static void expect_no_output(const char *path, int number)
{
	char text[2 * PATH_MAX];

	setenv(SCPROF_ENV_OUTPUT, path, 1);
	cr_expect_eq(settings_init(&settings, HELPER_FORKED, 1234, &error), -number, "%s", path);
	snprintf(text, sizeof(text), "cannot write '%s%s%s': %s", path[0] == '/' ? "" : here,
		 path[0] == '/' ? "" : "/", path, strerror(number));
	cr_expect_str_eq(error ? error : "(none)", text);
	settings_fini(&settings);
	free(error);
	error = NULL;
	memset(&settings, 0, sizeof(settings));
}

Test(settings, output_that_cannot_be_written_is_refused)
{
	expect_no_output("missing/x.pb.gz", ENOENT);
	expect_no_output(here, EISDIR);
	expect_no_output("new/", EISDIR);
	expect_no_output("/dev/null/x", ENOTDIR);
}

Test(settings, output_with_too_long_a_name_is_refused)
{
	char name[300];

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	expect_no_output(name, ENAMETOOLONG);
}

Test(settings, another_users_file_in_a_sticky_directory_is_refused)
{
	int status;

	if (geteuid() != 0)
		cr_skip_test("only root can make files of two owners");
	cr_assert_eq(chmod(folder, 01777), 0);
	close(open("x", O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
	if (fork() == 0) {
		if (setuid(65534))
			_exit(2);
		setenv(SCPROF_ENV_OUTPUT, "x", 1);
		_exit(settings_init(&settings, HELPER_FORKED, 1234, &error) != -EPERM);
	}
	wait(&status);
	cr_expect_eq(status, 0);
	setenv(SCPROF_ENV_OUTPUT, "x", 1);
	expect_good();
	unlink("x");
}

Test(settings, directory_without_write_permission_is_refused)
{
	int status;

	cr_assert_eq(chmod(folder, 0555), 0);
	/* Root may write everywhere, so a child becomes the user nobody. */
	if (fork() == 0) {
		if (geteuid() == 0 && setuid(65534))
			_exit(2);
		setenv(SCPROF_ENV_OUTPUT, "x", 1);
		_exit(settings_init(&settings, HELPER_FORKED, 1234, &error) != -EACCES);
	}
	wait(&status);
	cr_expect_eq(status, 0);
	chmod(folder, 0755);
}

Test(settings, program_without_a_name_is_named_by_its_comm)
{
	char comm[64] = "";
	FILE *file = fopen("/proc/self/comm", "re");

	cr_assert_not_null(file);
	cr_assert_not_null(fgets(comm, sizeof(comm), file));
	fclose(file);
	comm[strcspn(comm, "\n")] = '\0';
	unsetenv(SCPROF_ENV_PROGRAM);
	cr_assert_eq(settings_init(&settings, HELPER_PRELOADED, getpid(), &error), 0);
	cr_expect_str_eq(settings.name, comm);
}

Test(settings, slash_in_comm_creates_no_directory)
{
	FILE *file = fopen("/proc/self/comm", "we");

	cr_assert_not_null(file);
	fputs("a/b/c", file);
	fclose(file);
	unsetenv(SCPROF_ENV_PROGRAM);
	cr_assert_eq(settings_init(&settings, HELPER_PRELOADED, getpid(), &error), 0);
	cr_expect_str_eq(settings.name, "a_b_c");
}

Test(settings, environment_of_a_program_is_read)
{
	int to[2], from[2], status;
	char byte;
	pid_t pid;

	cr_assert(pipe(to) == 0 && pipe(from) == 0);
	pid = fork();
	if (pid == 0) {
		/* /proc/PID/environ has the environment that execve was given. */
		setenv("SCPROF_MAX_FRAMES", "99", 1);
		setenv("SCPROF_OUTPUT", "a=b=%p", 1);
		setenv("SCPROFILE", "not ours", 1);
		setenv("OTHER", "SCPROF_QUIET=1", 1);
		dup2(to[0], 0);
		dup2(from[1], 1);
		execlp("cat", "cat", (char *)NULL);
		_exit(1);
	}
	/* As soon as it answers, the child executes cat. */
	cr_assert_eq(write(to[1], "x", 1), 1);
	cr_assert_eq(read(from[0], &byte, 1), 1);
	unsetenv("SCPROFILE");
	unsetenv("OTHER");
	settings_take_environment(pid);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	expect_good();
	cr_expect_eq(settings.max_frames, 99);
	cr_expect_not_null(strstr(settings.output, "/a=b=1234"));
	cr_expect_null(getenv("SCPROFILE"));
	cr_expect_null(getenv("OTHER"));
	cr_expect_not(settings.is_quiet);
}

Test(settings, environment_of_a_program_that_is_gone_changes_nothing)
{
	settings_take_environment(0x7ffffff0);
	expect_good();
}
