/* SPDX-License-Identifier: MIT */
/*
 * Whatever one program does, the helper continues to handle the stops of all programs, and scprof
 * still obeys signals.
 */
#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/live/live.h"

TestSuite(gate_faults, .init = live_init, .fini = live_fini, .timeout = 120);

static void expect_sibling_lives(const char *what)
{
	struct live *live = SCPROF("--engine=fast", live_tracee("spoil"), what);

	EXPECT_EXIT(live, 0);
	cr_expect_str_eq(live->texts[0], "sibling lives\n", "after it overwrote its %s", what);
}

Test(gate_faults, stop_no_other_program)
{
	static const char *const whats[] = { "entries", "cycle", "memos",  "words",
					     "self",	"data",	 "active", "nothing" };

	for (size_t i = 0; i < sizeof(whats) / sizeof(whats[0]); i++)
		expect_sibling_lives(whats[i]);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

TestSuite(storms, .init = live_init, .fini = live_fini, .timeout = 300);

/* The program makes progress, receives each of the other signals, and its calls are counted. */
static struct live *expect_progress(const char *what, const char *interval_ns)
{
	struct live *live = SCPROF(live_tracee("signal_storm"), what, interval_ns);

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 400, .name = "getppid", .stack = ";main;make_calls;getppid$");
	EXPECT_ERRORS(live, 0, .name = "getppid");
	return live;
}

static void expect_progress_and_signals(const char *what, const char *interval_ns)
{
	struct live *live = expect_progress(what, interval_ns);

	const char *ready = strstr(live->texts[0], "ready\n");

	cr_expect(ready && atoi(ready + strlen("ready\n")) > 0, "no signal was handled");
}

Test(storms, of_signals_that_are_ignored)
{
	expect_progress("continue", "1");
	expect_progress("ignored", "1");
	expect_progress("ignored_by_thread", "1");
}

Test(storms, of_signals_that_are_handled)
{
	expect_progress_and_signals("handled", "100000");
	expect_progress_and_signals("handled", "10000");
	expect_progress_and_signals("handled", "1000");
	expect_progress_and_signals("realtime", "10000");
	expect_progress("interval", "0");
}

Test(storms, of_two_signals)
{
	expect_progress_and_signals("two", "10000");
}

#define SENDER_SECONDS 40

/*
 * Sends numbers to @pid until it has ended. Gives up if it has made no progress for a long time.
 * Exits with 0 or 1.
 */
static _Noreturn void send_numbers(pid_t pid, unsigned int pause_ns)
{
	union sigval value = { 0 };
	uint64_t start_ns = now_ns(), next_ns = start_ns;

	while (next_ns - start_ns < SENDER_SECONDS * 1000000000ull) {
		if (sigqueue(pid, SIGRTMIN, value) == 0)
			value.sival_int++;
		else if (errno == ESRCH)
			_exit(0);
		next_ns = now_ns() + pause_ns;
		while (now_ns() < next_ns)
			;
	}
	_exit(1);
}

static void expect_progress_in_queued(const char *engine, unsigned int pause_ns)
{
	struct live *live =
		live_start(LIVE_LAUNCHER, LIVE_ARGS(engine, live_tracee("signal_storm"), "queued"));
	pid_t sender;
	int status;

	live_await_text(live, "ready");
	sender = fork();
	if (sender == 0)
		send_numbers(atoi(live->texts[0]), pause_ns);
	live_finish(live);
	waitpid(sender, &status, 0);
	cr_expect_eq(status, 0, "no progress in a storm every %u ns", pause_ns);
	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 400, .name = "getppid", .stack = ";main;make_calls;getppid$");
	EXPECT_ERRORS(live, 0, .name = "getppid");
}

Test(storms, of_queued_realtime_signals)
{
	expect_progress_in_queued("--engine=fast", 10000);
	expect_progress_in_queued("--engine=ptrace", 10000);
}

static void expect_term_in_queued(const char *engine)
{
	struct live *live = live_start(LIVE_LAUNCHER, LIVE_ARGS(engine, live_tracee("signal_storm"),
								"queued", "0", "for_ever"));
	pid_t sender;

	live_await_text(live, "ready");
	sender = fork();
	if (sender == 0)
		send_numbers(atoi(live->texts[0]), 10000);
	usleep(300000);
	kill(live->pid, SIGTERM);
	live_finish(live);
	waitpid(sender, NULL, 0);
	EXPECT_SIGNAL(live, SIGTERM);
	cr_expect(live->has_profile);
}

Test(storms, of_queued_realtime_signals_do_not_keep_scprof_from_ending)
{
	expect_term_in_queued("--engine=fast");
	expect_term_in_queued("--engine=ptrace");
}

static void expect_term_is_heard(const char *what, const char *interval_ns)
{
	struct live *live = live_start(LIVE_LAUNCHER, LIVE_ARGS(live_tracee("signal_storm"), what,
								interval_ns, "for_ever"));

	live_await_text(live, "ready");
	usleep(100000);
	kill(live->pid, SIGTERM);
	live_finish(live);
	EXPECT_SIGNAL(live, SIGTERM);
	cr_expect(live->has_profile);
}

Test(storms, do_not_keep_scprof_from_ending)
{
	expect_term_is_heard("continue", "1");
	expect_term_is_heard("handled", "10000");
}

/* A new cgroup for the test. A watchdog thaws and removes it, even if the test hangs. */
struct cgroup {
	char *path;
	pid_t watchdog;
	int alive; /* closed when the test has ended */
};

#define WATCHDOG_MS 100000

TestSuite(frozen, .init = live_init, .fini = live_fini, .timeout = 120);

/* Returns the directory of the unified hierarchy, or NULL. */
static char *find_cgroups(void)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	struct mntent *mount;
	char *path = NULL;

	while (mounts && !path && (mount = getmntent(mounts)))
		if (strcmp(mount->mnt_type, "cgroup2") == 0)
			path = live_text("%s", mount->mnt_dir);
	if (mounts)
		endmntent(mounts);
	return path;
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd >= 0 && write(fd, text, strlen(text)) < 0)
		perror(path);
	close(fd);
}

static _Noreturn void watch(const struct cgroup *cgroup, int test)
{
	struct pollfd end = { .fd = test, .events = POLLIN };

	poll(&end, 1, WATCHDOG_MS);
	write_file(live_text("%s/cgroup.kill", cgroup->path), "1");
	write_file(live_text("%s/cgroup.freeze", cgroup->path), "0");
	for (int i = 0; i < 500 && rmdir(cgroup->path) < 0; i++)
		usleep(10000);
	_exit(0);
}

static struct cgroup make_cgroup(void)
{
	struct cgroup cgroup = { .path = find_cgroups() };
	int ends[2];

	live_need_root();
	if (!cgroup.path)
		LIVE_SKIP("cgroup2 is not mounted here");
	cgroup.path = live_text("%s/scprof-test-%d", cgroup.path, (int)getpid());
	if (mkdir(cgroup.path, 0700) < 0)
		LIVE_SKIP("no cgroup can be made in the unified hierarchy");
	if (access(live_text("%s/cgroup.freeze", cgroup.path), W_OK) < 0) {
		rmdir(cgroup.path);
		LIVE_SKIP("this kernel has no cgroup.freeze");
	}
	cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
	cgroup.alive = ends[1];
	cgroup.watchdog = fork();
	if (cgroup.watchdog == 0) {
		close(ends[1]);
		watch(&cgroup, ends[0]);
	}
	close(ends[0]);
	return cgroup;
}

static void end_cgroup(const struct cgroup *cgroup)
{
	close(cgroup->alive);
	waitpid(cgroup->watchdog, NULL, 0);
}

static void expect_programs(const struct live *live)
{
	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 10 * atoi(live->texts[0] + strlen("ready\n")), .name = "getppid",
		     .stack = ";main;make_program_calls;getppid$");
}

static void expect_others_go_on(const char *engine)
{
	const struct cgroup cgroup = make_cgroup();
	struct live *live = SCPROF(engine, live_tracee("frozen"), cgroup.path);

	end_cgroup(&cgroup);
	expect_programs(live);
	EXPECT_CALLS(live, 60 * 40, .name = "getppid", .stack = ";main;make_calls;getppid$");
}

Test(frozen, cgroup_stops_no_other_program)
{
	expect_others_go_on("--engine=fast");
	expect_others_go_on("--engine=ptrace");
}

static void expect_term(const char *engine)
{
	const struct cgroup cgroup = make_cgroup();
	struct live *live = live_start(
		LIVE_LAUNCHER, LIVE_ARGS(engine, live_tracee("frozen"), cgroup.path, "for_ever"));

	live_await_text(live, "ready");
	sleep(1);
	kill(live->pid, SIGTERM);
	live_finish(live);
	end_cgroup(&cgroup);
	expect_programs(live);
}

Test(frozen, cgroup_does_not_keep_scprof_from_ending)
{
	expect_term("--engine=fast");
	expect_term("--engine=ptrace");
}
