/* SPDX-License-Identifier: MIT */
/*
 * Chooses how calls reach the helper: with Syscall User Dispatch, a filter, or PTRACE_SYSCALL.
 */
#include "helper/tracer/intercept.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper/base/clock.h"
#include "helper/trace/inject.h"
#include "helper/trace/patience.h"
#include "helper/trace/ptrace.h"
#include "helper/trace/stop_queue.h"
#include "helper/trace/user_dispatch.h"
#include "helper/tracer/dispatch.h"
#include "helper/tracer/filter.h"
#include "helper/tracer/tracer.h"
#include "profile/util/xalloc.h"
#include "scprof/handshake.h"

static int send_answer(const struct sock_filter *insns, uint32_t nr_insns)
{
	struct scprof_answer answer = { .nr_insns = nr_insns };
	struct iovec parts[] = {
		{ .iov_base = &answer, .iov_len = sizeof(answer) },
		{ .iov_base = (void *)insns, .iov_len = nr_insns * sizeof(*insns) },
	};
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = nr_insns ? 2 : 1 };

	return sendmsg(SCPROF_SOCKET_FD, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/*
 * The program is about to stop for the helper, but it may be frozen (cgroup.freeze). The helper
 * traces no other program yet, so it waits as long as necessary, without spinning. The launcher
 * reports that, and passes signals on.
 */
#define LOOK_AGAIN_NS 1000000000u

/* Returns false if the program is gone. */
static bool await_interrupt(pid_t pid)
{
	int status;
	pid_t found;

	if (ptrace(PTRACE_INTERRUPT, pid, 0, 0) < 0)
		return false;
	do {
		found = stop_queue_await(pid, &status, LOOK_AGAIN_NS);
	} while (!found);
	return found == pid && WIFSTOPPED(status);
}

/*
 * When the tracee stops at its first SCPROF_CALL, it has installed the filter. If it could not, it
 * reports that and waits. Returns 0, or the -errno that it reported.
 */
static int await_filter(pid_t pid)
{
	struct pollfd socket = { .fd = SCPROF_SOCKET_FD, .events = POLLIN };
	const uint64_t start_ns = clock_now_ns();
	struct scprof_refused refused;
	siginfo_t info;
	ssize_t got;

	for (;;) {
		memset(&info, 0, sizeof(info));
		/* WNOWAIT leaves the stop for the tracer's loop. */
		if (waitid(P_PID, (id_t)pid, &info,
			   WSTOPPED | WEXITED | WNOHANG | WNOWAIT | __WALL) < 0)
			return -errno;
		if (info.si_pid == pid)
			return 0;
		if (poll(&socket, 1, clock_now_ns() - start_ns > PATIENCE_SPIN_NS) <= 0) {
			sched_yield();
			continue;
		}
		got = recv(SCPROF_SOCKET_FD, &refused, sizeof(refused), MSG_DONTWAIT);
		if (got == sizeof(refused))
			return -refused.error;
		/* The other end is closed, so only the stop is left to wait for. */
		if (got == 0)
			socket.fd = -1;
	}
}

/* Makes the thread stop at every call. It must be stopped for that. */
static int stop_at_every_call(pid_t pid)
{
	if (!await_interrupt(pid) || ptrace(PTRACE_SYSCALL, pid, 0, 0) < 0)
		return -errno;
	return 0;
}

/* Returns true if a filter applies to the process, according to "Seccomp:" in /proc/PID/status. */
static bool is_filtered(pid_t pid)
{
	char path[64], line[256];
	int mode = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "Seccomp: %d", &mode) == 1)
			break;
	if (file)
		fclose(file);
	return mode != 0;
}

/* Returns the best way if dispatch is possible. */
static enum interception choose(const struct tracer *tracer)
{
	const struct settings *settings = &tracer->run.settings;
	bool is_filtered_already = is_filtered(tracer->root);

	/* Children that are not traced must have neither a filter nor the gate. */
	if (!settings->follows || settings->interception == INTERCEPT_STOPS)
		return INTERCEPT_STOPS;
	/*
	 * An older filter, for example a container's, overrules ours for calls that it denies. The
	 * helper would not see these calls.
	 */
	if (settings->interception == INTERCEPT_FILTER ||
	    (settings->interception == INTERCEPT_AUTO && !is_filtered_already))
		return is_filtered_already ? INTERCEPT_STOPS : INTERCEPT_FILTER;
	/* Dispatch has no advantage without the gate: all calls would raise SIGSYS. */
	return settings->is_fast ? INTERCEPT_DISPATCH : INTERCEPT_STOPS;
}

static const char *explain_stops(const struct settings *settings)
{
	if (!settings->follows)
		return "--no-follow stops each call";
	return settings->interception == INTERCEPT_STOPS ? "--intercept=stops stops each call"
							 : "another seccomp filter is active";
}

/* Each call stops. The gate is not used, because its calls would stop too. */
static int begin_stops(struct tracer *tracer)
{
	struct settings *settings = &tracer->run.settings;
	int error = stop_at_every_call(tracer->root);

	if (settings->is_fast)
		settings->why_stops = explain_stops(settings);
	settings->is_fast = false;
	return error ? error : send_answer(NULL, 0);
}

/*
 * Chooses whether the helper sets dispatch by ptrace or by prctl. Returns 0, or the -errno of prctl
 * if neither works.
 */
static int choose_dispatch(const struct tracer *tracer)
{
	int error;

	if (tracer->run.settings.interception != INTERCEPT_PRCTL &&
	    user_dispatch_is_by_ptrace(tracer->root))
		return 0;
	error = user_dispatch_try_prctl();
	if (!error)
		user_dispatch_use_prctl();
	return error;
}

/* The user asked for dispatch, but prctl has returned @error. */
static int refuse_dispatch(const struct tracer *tracer, int error, char **text)
{
	const char *way =
		tracer->run.settings.interception == INTERCEPT_PRCTL ? "prctl" : "dispatch";

	if (error == -EINVAL)
		*text = xasprintf("--intercept=%s needs Linux 5.11 or later", way);
	else
		*text = xasprintf("--intercept=%s: a seccomp filter denies Syscall User Dispatch: "
				  "prctl: %s",
				  way, strerror(-error));
	/* intercept_end() stops the thread again. */
	ptrace_try(PTRACE_CONT, tracer->root, 0, 0);
	return -EOPNOTSUPP;
}

/* The first call of each program stops. The helper then makes the gate, and uses dispatch. */
static int begin_dispatch(struct tracer *tracer, char **text)
{
	struct settings *settings = &tracer->run.settings;
	const pid_t root = tracer->root;
	int error;

	if (!await_interrupt(root))
		return -ESRCH;
	error = choose_dispatch(tracer);
	if (error && settings->interception != INTERCEPT_AUTO)
		return refuse_dispatch(tracer, error, text);
	if (error) {
		tracer->interception = INTERCEPT_STOPS;
		settings->is_fast = false;
		settings->why_stops = error == -EINVAL
					      ? explain_stops(settings)
					      : "another seccomp filter is active, and denies "
						"Syscall User Dispatch";
	} else {
		inject_without_filter();
		dispatch_see_root(tracee_find(root));
	}
	error = ptrace_try(PTRACE_SYSCALL, root, 0, 0);
	return error ? error : send_answer(NULL, 0);
}

static int begin_filter(struct tracer *tracer)
{
	struct sock_filter *insns = NULL;
	uint32_t nr_insns = 0;
	/* A log also contains calls that end a thread, with their stacks. */
	int error = filter_build(&tracer->run.settings.trace, tracer->run.log != NULL, &insns,
				 &nr_insns);

	if (!error)
		error = send_answer(insns, nr_insns);
	free(insns);
	return error ? error : await_filter(tracer->root);
}

int intercept_begin(struct tracer *tracer, char **text)
{
	tracer->interception = choose(tracer);
	tracer->run.has_unseen_calls = tracer->interception == INTERCEPT_FILTER;
	switch (tracer->interception) {
	case INTERCEPT_DISPATCH:
		return begin_dispatch(tracer, text);
	case INTERCEPT_FILTER:
		return begin_filter(tracer);
	default:
		return begin_stops(tracer);
	}
}

void intercept_end(struct tracer *tracer)
{
	/* The thread must stop before the helper can detach it. */
	if (await_interrupt(tracer->root))
		ptrace(PTRACE_DETACH, tracer->root, 0, 0);
}

bool intercept_stops_at_exits(const struct tracer *tracer, const struct tracee *tracee)
{
	return tracer->interception == INTERCEPT_STOPS || tracee->has_own_filter ||
	       tracee->awaits_mark;
}

/* Returns true if the thread needs no PTRACE_SYSCALL to stop at its next call. */
static bool passes(const struct tracer *tracer, struct tracee *tracee, int signal)
{
	switch (tracer->interception) {
	case INTERCEPT_DISPATCH:
		return dispatch_resume(tracee, signal != 0);
	case INTERCEPT_FILTER:
		return !tracee->call.is_active && !tracee->has_own_filter && !tracee->awaits_mark;
	default:
		return false;
	}
}

void intercept_resume(const struct tracer *tracer, struct tracee *tracee, int signal)
{
	ptrace_try(passes(tracer, tracee, signal) ? PTRACE_CONT : PTRACE_SYSCALL, tracee->tid, 0,
		   (uintptr_t)signal);
}

const char *intercept_name(const struct tracer *tracer)
{
	switch (tracer->interception) {
	case INTERCEPT_DISPATCH:
		return user_dispatch_is_by_prctl() ? "prctl" : "dispatch";
	case INTERCEPT_FILTER:
		return "filter";
	default:
		return "stops";
	}
}
