/* SPDX-License-Identifier: MIT */
/*
 * Starts the commands that the live tests run, writes to them, reads their output and waits for
 * them. Criterion runs each test in a process of its own, so a test may change its directory,
 * limits and environment. The environment variable top_builddir names the build directory. If it is
 * not set, the current directory is used.
 */
#include "tests/live/live.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "profile/pprof/pprof.h"
#include "profile/symbols/symbolize.h"
#include "profile/util/xalloc.h"

#define LIVE_TIMEOUT_S 60

static char live_dir[64];
static char live_build_dir[4096];

/*
 * What the test received from this file and what is freed when it ends: a command, a text, or both.
 */
struct owned {
	struct owned *next;
	struct live *live;
	char *text;
};
static struct owned *live_owned;

static void own(struct live *live, char *text)
{
	struct owned *owned = xcalloc(1, sizeof(*owned));

	*owned = (struct owned){ live_owned, live, text };
	live_owned = owned;
}

static void free_live(struct live *live)
{
	if (!live)
		return;
	if (live->has_profile)
		profile_fini(&live->profile);
	free(live->texts[0]);
	free(live->texts[1]);
	free(live);
}

static void free_owned(void)
{
	while (live_owned) {
		struct owned *next = live_owned->next;

		free_live(live_owned->live);
		free(live_owned->text);
		free(live_owned);
		live_owned = next;
	}
}

char *live_text(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	cr_assert(vasprintf(&text, format, args) >= 0);
	va_end(args);
	own(NULL, text);
	return text;
}

void live_init(void)
{
	const char *dir = getenv("top_builddir");

	if (!dir)
		dir = ".";
	cr_assert(realpath(dir, live_build_dir), "no build directory %s", dir);
	strcpy(live_dir, "/tmp/scprof-live.XXXXXX");
	cr_assert(mkdtemp(live_dir));
	cr_assert_eq(chdir(live_dir), 0);
	signal(SIGPIPE, SIG_IGN);
}

/* Returns true if @path no longer exists. */
static bool remove_tree(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char *name;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		name = xasprintf("%s/%s", path, entry->d_name);
		if (unlink(name) != 0)
			remove_tree(name);
		free(name);
	}
	if (dir)
		closedir(dir);
	return rmdir(path) == 0 || errno == ENOENT;
}

void live_fini(void)
{
	/* If the launcher was killed, its helper may still be writing. */
	for (int i = 0; i < 100 && !remove_tree(live_dir); i++)
		usleep(10000);
	free_owned();
}

char *live_built(const char *name)
{
	return live_text("%s/%s", live_build_dir, name);
}

char *live_tracee(const char *name)
{
	char *path = live_text("%s/tests/live/tracee_%s", live_build_dir, name);

	if (access(path, X_OK) != 0)
		LIVE_SKIP("%s could not be built here", name);
	return path;
}

void live_need_gate(void)
{
	const char *interception = getenv("SCPROF_INTERCEPT");

	if (interception && strcmp(interception, "stops") == 0)
		LIVE_SKIP("every call stops");
}

void live_need_root(void)
{
	if (geteuid() != 0)
		LIVE_SKIP("needs root");
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static unsigned int count_args(const char *const argv[])
{
	unsigned int nr = 0;

	while (argv[nr])
		nr++;
	return nr;
}

/* How SCPROF() gets into a program: "fork", which is the default, "run-preload" or "preload". */
static const char *way(void)
{
	const char *value = getenv("LIVE_WAY");

	return value && *value ? value : "fork";
}

bool live_is_forked(void)
{
	return strcmp(way(), "fork") == 0;
}

static const char **launcher_args(const struct live *live, const char *const argv[])
{
	const char **args = xcalloc(count_args(argv) + 6, sizeof(*args));
	unsigned int nr = 0;

	args[nr++] = live_built("scprof");
	args[nr++] = xstrdup("-q");
	args[nr++] = xstrdup("-o");
	args[nr++] = xstrdup(live->path);
	if (!live_is_forked())
		args[nr++] = xstrdup("--preload");
	for (unsigned int i = 0; argv[i]; i++)
		args[nr++] = argv[i];
	return args;
}

static void set_preload(const struct live *live)
{
	char *shim = live_built("shim/.libs/libscprof.so");

	if (access(shim, R_OK) != 0)
		shim = live_built(".libs/libscprof.so");
	setenv("LD_PRELOAD", shim, 1);
	setenv("SCPROF_OUTPUT", live->path, 1);
	setenv("SCPROF_QUIET", "1", 1);
}

static void child_run(const struct live *live, enum live_start how, const char *const argv[],
		      int pipes[3][2])
{
	setpgid(0, 0);
	dup2(pipes[0][0], 0);
	dup2(pipes[1][1], 1);
	dup2(pipes[2][1], 2);
	/* Close what the test framework has open as well: it differs from run to run. */
	close_range(3, ~0u, 0);
	signal(SIGPIPE, SIG_DFL);
	if (how == LIVE_LAUNCHER)
		argv = launcher_args(live, argv);
	if (how == LIVE_PRELOAD)
		set_preload(live);
	execvp(argv[0], (char *const *)argv);
	_exit(127);
}

struct live *live_start(enum live_start how, const char *const argv[])
{
	struct live *live = xcalloc(1, sizeof(*live));
	int pipes[3][2];

	if (how == LIVE_LAUNCHER && strcmp(way(), "preload") == 0) {
		if (argv[0][0] == '-')
			LIVE_SKIP("options need the launcher");
		how = LIVE_PRELOAD;
	}
	own(live, NULL);
	snprintf(live->path, sizeof(live->path), "%s/live.pb.gz", live_dir);
	for (int i = 0; i < 3; i++)
		cr_assert_eq(pipe(pipes[i]), 0);
	live->texts[0] = xstrdup("");
	live->texts[1] = xstrdup("");
	live->pid = fork();
	if (live->pid == 0)
		child_run(live, how, argv, pipes);
	setpgid(live->pid, live->pid);
	close(pipes[0][0]);
	close(pipes[1][1]);
	close(pipes[2][1]);
	live->in = pipes[0][1];
	live->fds[0] = pipes[1][0];
	live->fds[1] = pipes[2][0];
	for (int i = 0; i < 2; i++)
		fcntl(live->fds[i], F_SETFD, FD_CLOEXEC);
	fcntl(live->in, F_SETFD, FD_CLOEXEC);
	return live;
}

static void read_some(struct live *live, int which)
{
	char block[65536];
	ssize_t length = read(live->fds[which], block, sizeof(block) - 1);
	char *text;

	if (length > 0) {
		block[length] = '\0';
		text = xasprintf("%s%s", live->texts[which], block);
		free(live->texts[which]);
		live->texts[which] = text;
	} else if (length == 0 || errno != EINTR) {
		close(live->fds[which]);
		live->fds[which] = -1;
	}
}

/* Reads until both outputs have ended, or until standard output contains @text. */
static void read_outputs(struct live *live, const char *text)
{
	uint64_t deadline = now_ms() + LIVE_TIMEOUT_S * 1000;

	while (live->fds[0] >= 0 || live->fds[1] >= 0) {
		struct pollfd polled[2] = { { live->fds[0], POLLIN, 0 },
					    { live->fds[1], POLLIN, 0 } };

		if (text && strstr(live->texts[0], text))
			return;
		if (now_ms() > deadline) {
			kill(-live->pid, SIGKILL);
			cr_assert(false, "an output did not end in time; stderr: %s",
				  live->texts[1]);
		}
		poll(polled, 2, 1000);
		for (int i = 0; i < 2; i++)
			if (polled[i].revents)
				read_some(live, i);
	}
}

void live_await_text(struct live *live, const char *text)
{
	read_outputs(live, text);
	cr_assert(strstr(live->texts[0], text), "ended before it printed \"%s\"; stderr: %s", text,
		  live->texts[1]);
}

static void wait_for_end(struct live *live)
{
	uint64_t deadline = now_ms() + LIVE_TIMEOUT_S * 1000;
	pid_t pid;

	while ((pid = waitpid(live->pid, &live->status, WNOHANG)) == 0) {
		if (now_ms() > deadline) {
			kill(-live->pid, SIGKILL);
			cr_assert(false, "did not end in time; stderr: %s", live->texts[1]);
		}
		usleep(1000);
	}
	cr_assert_eq(pid, live->pid);
}

void live_load(struct live *live, const char *path)
{
	char error[PPROF_ERROR_SIZE] = "";
	int result;

	if (live->has_profile)
		profile_fini(&live->profile);
	live->has_profile = false;
	result = pprof_read(&live->profile, path, error);
	cr_assert_eq(result, 0, "cannot read %s: %s; stderr: %s", path, error, live->texts[1]);
	live->has_profile = true;
	symbolize_profile(&live->profile);
}

void live_finish(struct live *live)
{
	if (live->in >= 0)
		close(live->in);
	live->in = -1;
	read_outputs(live, NULL);
	wait_for_end(live);
	if (access(live->path, F_OK) == 0)
		live_load(live, live->path);
}

struct live *live_run(enum live_start how, const char *const argv[])
{
	struct live *live = live_start(how, argv);

	live_finish(live);
	if (how != LIVE_PLAIN && WIFEXITED(live->status) && !live->has_profile)
		cr_log_warn("no profile; status %#x; stderr: %s", (unsigned)live->status,
			    live->texts[1]);
	return live;
}

unsigned int live_count_files(void)
{
	DIR *dir = opendir(".");
	struct dirent *entry;
	unsigned int nr = 0;

	cr_assert(dir);
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.' && !strstr(entry->d_name, ".pb.gz"))
			nr++;
	closedir(dir);
	return nr;
}

unsigned int live_count_text(const char *text, const char *wanted)
{
	unsigned int nr = 0;

	for (text = strstr(text, wanted); text; text = strstr(text + 1, wanted))
		nr++;
	return nr;
}
