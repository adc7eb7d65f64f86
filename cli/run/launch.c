/* SPDX-License-Identifier: MIT */
/*
 * The launcher: starts the program in one of the ways of cli/run/way_in.h. Then waits, and passes
 * signals on.
 */
#include "cli/run/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/run/descriptor.h"
#include "cli/run/find_program.h"
#include "cli/run/forward.h"
#include "cli/run/way_in.h"
#include "cli/term/exit_status.h"
#include "cli/term/message.h"
#include "profile/util/xalloc.h"

#define STATUS_NOT_EXECUTABLE 126
#define STATUS_NOT_FOUND      127
#define PATIENCE_MS	      1000 /* after this time, print what scprof is waiting for */

struct launcher {
	pid_t child;
	int signals; /* a signalfd */
	int reports; /* the pipe from the helper */
	struct forward forward;
	struct way_start start;
	bool is_child_gone;
	bool is_ended;	  /* the last process has ended, and the helper writes the profile */
	bool is_finished; /* the profile has names */
	bool is_quiet;	  /* do not print notes */
	bool is_seized;	  /* with way_preload: a helper has seized the program */
	int status;
	char *pending; /* bytes of an incomplete line */
	size_t nr_pending;
};

static void refuse_program(struct launch_result *result, const struct launch *launch, int error)
{
	const char *name = launch->argv[0];

	result->refusal = error == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE;
	if (error == ENOENT && !strchr(name, '/'))
		message_print("cannot run '%s': not found in PATH%s", name, launch->suggestion);
	else
		message_print("cannot run '%s': %s", name, strerror(error));
}

#define LOOK_AGAIN_MS	  100
#define START_PATIENCE_MS 5000

static const int forwarded[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM };

static void block_signals(struct launcher *launcher)
{
	const struct sigaction by_default = { .sa_handler = SIG_DFL };
	sigset_t mask;

	/*
	 * If SIGCHLD is ignored, children leave no status (wait(2)). The program still inherits the
	 * caller's setting.
	 */
	sigaction(SIGCHLD, &by_default, &launcher->start.sigchld);

	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	for (size_t i = 0; i < sizeof(forwarded) / sizeof(forwarded[0]); i++)
		sigaddset(&mask, forwarded[i]);
	pthread_sigmask(SIG_BLOCK, &mask, &launcher->start.mask);
	launcher->signals = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/*
 * The terminal sends a signal (SI_KERNEL) to the whole process group, which includes the program.
 * kill(2) can send one to the group, too, or only to scprof: cli/run/forward.h distinguishes these.
 */
static void take_signal(struct launcher *launcher, const struct signalfd_siginfo *info)
{
	if (info->ssi_code == SI_KERNEL ||
	    (info->ssi_code == SI_USER &&
	     !forward_take(&launcher->forward, info->ssi_signo, (pid_t)info->ssi_pid, now_ms())))
		return;
	kill(launcher->child, (int)info->ssi_signo);
}

static void take_signals(struct launcher *launcher, bool *is_impatient)
{
	struct signalfd_siginfo info;
	unsigned int due;
	int status;

	while (read(launcher->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD) {
			if (waitpid(launcher->child, &status, WNOHANG) == launcher->child) {
				launcher->is_child_gone = true;
				launcher->status = status;
			}
		} else if (launcher->is_child_gone) {
			*is_impatient = true;
		} else {
			take_signal(launcher, &info);
		}
	}
	while (!launcher->is_child_gone && (due = forward_due(&launcher->forward, now_ms())))
		kill(launcher->child, (int)due);
}

/* The helper reports "SIGNAL SENDER": the program got a signal. */
static void take_note_of_signal(struct launcher *launcher, const char *text)
{
	char *rest;
	unsigned long signal = strtoul(text, &rest, 10);

	forward_note(&launcher->forward, (unsigned int)signal, (pid_t)strtol(rest, NULL, 10),
		     now_ms());
}

static void say_not_run(struct launch_result *result, const char *name, const char *why)
{
	message_print("'%s' was not run: %s", name, why);
	result->refusal = STATUS_FAILURE;
}

static void take_line(struct launcher *launcher, struct launch_result *result, char *line)
{
	char *text = strchr(line, ' ');

	if (!text)
		return;
	*text++ = '\0';
	if (strcmp(line, "profile") == 0 || strcmp(line, "ended") == 0) {
		launcher->is_ended = true;
		launcher->is_finished = line[0] == 'p';
		free(result->profile);
		result->profile = *text ? xstrdup(text) : NULL;
	} else if (strcmp(line, "signal") == 0) {
		take_note_of_signal(launcher, text);
	} else if (strcmp(line, "seized") == 0) {
		launcher->is_seized = true;
	} else if (strcmp(line, "refused") == 0) {
		say_not_run(result, launcher->start.argv[0], text);
		result->is_explained = true;
	} else if (strcmp(line, "error") == 0) {
		message_print("%s", text);
		result->is_explained = true;
	} else if (!launcher->is_quiet) {
		message_print("%s", text);
	}
}

/* Reads the helper's lines, each of which ends with a NUL. Returns false at the end. */
static bool take_reports(struct launcher *launcher, struct launch_result *result)
{
	char buffer[4096];
	ssize_t got = read(launcher->reports, buffer, sizeof(buffer));
	char *end;

	if (got < 0)
		return errno == EINTR || errno == EAGAIN;
	if (got == 0)
		return false;
	launcher->pending =
		xreallocarray(launcher->pending, launcher->nr_pending + (size_t)got + 1, 1);
	memcpy(launcher->pending + launcher->nr_pending, buffer, (size_t)got);
	launcher->nr_pending += (size_t)got;
	while ((end = memchr(launcher->pending, '\0', launcher->nr_pending))) {
		take_line(launcher, result, launcher->pending);
		launcher->nr_pending -= (size_t)(end + 1 - launcher->pending);
		memmove(launcher->pending, end + 1, launcher->nr_pending);
	}
	return true;
}

static void say_waiting(const struct launcher *launcher, const char *name)
{
	if (launcher->is_ended)
		message_print("looking up names for the profile of '%s'", name);
	else
		message_print("'%s' has ended; waiting for processes that it left running "
			      "(Ctrl-C to stop waiting: the profile is written all the same)",
			      name);
}

/* Returns the timeout for poll(2). */
static int wait_time(const struct launcher *launcher, bool has_said)
{
	if (launcher->is_child_gone)
		return has_said ? -1 : PATIENCE_MS;
	return forward_timeout(&launcher->forward, now_ms());
}

/*
 * Waits until the child has executed the program or has reported why it cannot. Handles signals
 * meanwhile, because a child that is frozen may take long.
 */
static void await_complaint(struct launcher *launcher, struct launch_result *result, int complaints)
{
	struct pollfd fds[] = {
		{ .fd = complaints, .events = POLLIN },
		{ .fd = launcher->signals, .events = POLLIN },
		{ .fd = launcher->reports, .events = POLLIN },
	};
	const uint64_t start_ms = now_ms();
	bool is_impatient = false, has_said = launcher->is_quiet;

	while (!fds[0].revents) {
		int ready = poll(fds, 3, has_said ? wait_time(launcher, true) : LOOK_AGAIN_MS);

		/* If poll is denied, the child's report says so. */
		if (ready < 0 && errno != EINTR)
			return;
		if (!has_said && now_ms() - start_ms > START_PATIENCE_MS) {
			message_print(
				"the program has not begun: it is stopped, or its cgroup is frozen; "
				"waiting for it");
			has_said = true;
		}
		if (ready > 0 && fds[2].revents && !take_reports(launcher, result))
			fds[2].fd = -1;
		take_signals(launcher, &is_impatient);
	}
}

/* Returns true if the child executed the program. Otherwise prints why not. */
static bool await_exec(const struct launch *launch, struct launcher *launcher,
		       struct launch_result *result, int complaints)
{
	struct complaint complaint;
	ssize_t got;

	await_complaint(launcher, result, complaints);
	do {
		got = read(complaints, &complaint, sizeof(complaint));
	} while (got < 0 && errno == EINTR);
	if (got != sizeof(complaint))
		return true;
	if (complaint.is_exec) {
		refuse_program(result, launch, complaint.error);
		return false;
	}
	say_not_run(result, launch->argv[0],
		    complaint.text[0] ? complaint.text : strerror(complaint.error));
	return false;
}

/* The helper has not reported that it finished the profile. */
static void explain_end(const struct launch *launch, const struct launcher *launcher,
			const struct launch_result *result)
{
	if (launch->way == &way_preload && !launcher->is_seized)
		message_print("'%s' ran without a profile: the dynamic loader did not load "
			      "libscprof.so into it; run it without --preload",
			      launch->argv[0]);
	else
		message_print(
			"scprof-helper ended unexpectedly: %s",
			result->profile ? "each report looks up the names that the profile lacks"
			: launcher->is_ended
				? "there is no profile"
				: "there is no profile, and the traced processes were killed");
}

/* Waits until the program has ended and the helper has reported everything. */
static void await_end(const struct launch *launch, struct launcher *launcher,
		      struct launch_result *result)
{
	struct pollfd fds[] = {
		{ .fd = launcher->signals, .events = POLLIN },
		{ .fd = launcher->reports, .events = POLLIN },
	};
	bool is_impatient = false, has_said = false;

	while (!launcher->is_child_gone || fds[1].fd >= 0) {
		int ready = poll(fds, 2, wait_time(launcher, has_said));

		if (ready == 0 && launcher->is_child_gone) {
			if (!launch->is_quiet)
				say_waiting(launcher, launch->argv[0]);
			has_said = true;
		}
		if (ready > 0 && fds[1].revents && !take_reports(launcher, result))
			fds[1].fd = -1;
		take_signals(launcher, &is_impatient);
		if (is_impatient)
			break;
	}
	if (!is_impatient && !launcher->is_finished && !result->is_explained)
		explain_end(launch, launcher, result);
}

static void make_pipe(int ends[2])
{
	if (pipe2(ends, O_CLOEXEC) < 0) {
		message_print("cannot make a pipe: %s", strerror(errno));
		exit(STATUS_FAILURE);
	}
	ends[0] = descriptor_move_up(ends[0]);
	ends[1] = descriptor_move_up(ends[1]);
}

static pid_t helper; /* the helper of the last run */

/* The helper has made its last report. Nobody waits for what it still does. */
static void reap_helper(void)
{
	if (helper > 0)
		waitpid(helper, NULL, 0);
	helper = 0;
}

/* Returns the path of the program. Returns NULL, after a message, if it cannot be run. */
static char *find_or_refuse(const struct launch *launch, struct launch_result *result)
{
	char *path = find_program(launch->argv[0]);
	char *why;

	if (!path) {
		refuse_program(result, launch, errno);
		return NULL;
	}
	why = launch->way->refuse(path);
	if (!why)
		return path;
	say_not_run(result, launch->argv[0], why);
	free(why);
	free(path);
	return NULL;
}

static void release(struct launcher *launcher)
{
	close(launcher->reports);
	close(launcher->signals);
	sigaction(SIGCHLD, &launcher->start.sigchld, NULL);
	pthread_sigmask(SIG_SETMASK, &launcher->start.mask, NULL);
	free(launcher->pending);
}

void launch_program(const struct launch *launch, struct launch_result *result)
{
	struct launcher launcher = { .child = -1, .is_quiet = launch->is_quiet };
	int reports[2], complaints[2];
	char *path;

	memset(result, 0, sizeof(*result));
	path = find_or_refuse(launch, result);
	if (!path)
		return;
	make_pipe(reports);
	make_pipe(complaints);
	reap_helper();
	block_signals(&launcher);
	launcher.start.argv = launch->argv;
	launcher.start.path = path;
	launcher.start.settings = launch->helper_env;
	launcher.start.reports = reports[1];
	launcher.start.complaints = complaints[1];
	launcher.child = launch->way->start(&launcher.start, &helper);
	close(reports[1]);
	close(complaints[1]);
	launcher.reports = reports[0];
	if (launcher.child < 0) {
		message_print("cannot start '%s' and its helper: %s", launch->argv[0],
			      strerror(errno));
		result->refusal = STATUS_FAILURE;
	} else {
		if (await_exec(launch, &launcher, result, complaints[0])) {
			await_end(launch, &launcher, result);
			/* With --preload, the helper can refuse a program that was executed. */
			result->is_run = !result->refusal;
		} else {
			waitpid(launcher.child, NULL, 0);
		}
	}
	result->status = launcher.status;
	close(complaints[0]);
	release(&launcher);
	free(path);
}

_Noreturn void launch_exit_alike(int status)
{
	const struct rlimit no_core = { 0, 0 };
	sigset_t mask;

	if (WIFEXITED(status))
		exit(WEXITSTATUS(status));
	setrlimit(RLIMIT_CORE, &no_core);
	signal(WTERMSIG(status), SIG_DFL);
	sigemptyset(&mask);
	sigaddset(&mask, WTERMSIG(status));
	pthread_sigmask(SIG_UNBLOCK, &mask, NULL);
	/*
	 * If the user has too many pending signals, raise() of a real-time signal fails with
	 * EAGAIN.
	 */
	kill(getpid(), WTERMSIG(status));
	exit(128 + WTERMSIG(status));
}
