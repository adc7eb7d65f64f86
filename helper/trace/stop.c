/* SPDX-License-Identifier: MIT */
/*
 * Classifies wait statuses. The rules are quoted from ptrace(2).
 */
#include "helper/trace/stop.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

/* The event is in the third byte, above the SIGTRAP. */
#define STATUS_EVENT(status) ((unsigned int)(status) >> 16)

static bool is_job_control_signal(int signal)
{
	return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

static enum stop_kind event_kind(unsigned int event, int signal)
{
	switch (event) {
	case PTRACE_EVENT_FORK:
		return STOP_FORK;
	case PTRACE_EVENT_VFORK:
		return STOP_VFORK;
	case PTRACE_EVENT_CLONE:
		return STOP_CLONE;
	case PTRACE_EVENT_EXEC:
		return STOP_EXEC;
	case PTRACE_EVENT_EXIT:
		return STOP_EXIT;
	case PTRACE_EVENT_SECCOMP:
		return STOP_SECCOMP;
	case PTRACE_EVENT_STOP:
		/* "group-stops … return with a stopping signal; all others with SIGTRAP" */
		return is_job_control_signal(signal) ? STOP_GROUP : STOP_NEW;
	default:
		return STOP_OTHER;
	}
}

struct stop stop_classify(int status)
{
	struct stop stop = { .kind = STOP_OTHER };

	if (WIFEXITED(status)) {
		stop.kind = STOP_EXITED;
		return stop;
	}
	if (WIFSIGNALED(status)) {
		stop.kind = STOP_KILLED;
		stop.signal = WTERMSIG(status);
		return stop;
	}
	if (!WIFSTOPPED(status))
		return stop;
	stop.signal = WSTOPSIG(status);
	if (STATUS_EVENT(status))
		stop.kind = event_kind(STATUS_EVENT(status), stop.signal);
	else if (stop.signal == (SIGTRAP | 0x80)) /* PTRACE_O_TRACESYSGOOD */
		stop.kind = STOP_SYSCALL;
	else
		stop.kind = STOP_SIGNAL;
	return stop;
}
