/* SPDX-License-Identifier: MIT */
/*
 * The ways of interception. Children inherit a filter, so children that are not traced must not
 * have one.
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
#include "helper/trace/patience.h"
#include "helper/trace/ptrace.h"
#include "helper/trace/stop_queue.h"
#include "helper/tracer/filter.h"
#include "helper/tracer/tracer.h"
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

/*
 * If the program already has a filter, for example a container's, that filter overrules ours for
 * calls that it denies. The helper would not see these calls. And the gate may need calls that it
 * denies.
 */
static enum interception choose(const struct tracer *tracer)
{
	if (!tracer->run.settings.follows || is_filtered(tracer->root))
		return INTERCEPT_STOPS;
	return INTERCEPT_FILTER;
}

/* Each call stops. The gate is not used, because its calls would stop too. */
static int begin_stops(struct tracer *tracer)
{
	struct settings *settings = &tracer->run.settings;
	int error = stop_at_every_call(tracer->root);

	if (settings->is_fast)
		settings->why_stops = settings->follows ? "another seccomp filter is active"
							: "--no-follow stops each call";
	settings->is_fast = false;
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

int intercept_begin(struct tracer *tracer)
{
	tracer->interception = choose(tracer);
	tracer->run.has_unseen_calls = tracer->interception == INTERCEPT_FILTER;
	return tracer->interception == INTERCEPT_FILTER ? begin_filter(tracer)
							: begin_stops(tracer);
}

void intercept_end(struct tracer *tracer)
{
	/* The thread must stop before the helper can detach it. */
	if (await_interrupt(tracer->root))
		ptrace(PTRACE_DETACH, tracer->root, 0, 0);
}

void intercept_resume(const struct tracer *tracer, const struct tracee *tracee, int signal)
{
	bool stops_at_calls = tracee->call.is_active || tracer->interception != INTERCEPT_FILTER ||
			      tracee->has_own_filter || tracee->awaits_mark;

	ptrace_try(stops_at_calls ? PTRACE_SYSCALL : PTRACE_CONT, tracee->tid, 0,
		   (uintptr_t)signal);
}
