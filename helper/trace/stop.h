/* SPDX-License-Identifier: MIT */
/*
 * What a wait status of a seized tracee means (ptrace(2), "Stopped states"). These functions use
 * only the status, and not the tracee.
 */
#ifndef SCPROF_HELPER_TRACE_STOP_H
#define SCPROF_HELPER_TRACE_STOP_H

enum stop_kind {
	STOP_EXITED,   /* the thread is gone; forget it */
	STOP_KILLED,   /* a signal has ended the thread; forget it */
	STOP_SYSCALL,  /* at entry or exit of a call; PTRACE_GET_SYSCALL_INFO says which */
	STOP_SECCOMP,  /* at entry of a call, because of the seccomp filter */
	STOP_SIGNAL,   /* a signal is about to be delivered; deliver it when resuming */
	STOP_GROUP,    /* job control stopped the process; PTRACE_LISTEN keeps it stopped */
	STOP_NEW,      /* first stop of a new thread, or the end of a group-stop; just resume */
	STOP_FORK,     /* created a process, whose pid is the event message */
	STOP_VFORK,    /* the same, and they share memory until the child executes or exits */
	STOP_CLONE,    /* created a thread, or a process by other flags of clone */
	STOP_EXEC,     /* has executed a program; the event message is the thread id before */
	STOP_EXIT,     /* about to end; registers and descriptors still exist */
	STOP_DISPATCH, /* before a call; stop_classify() returns STOP_SIGNAL */
	STOP_MOVED,    /* after a moved call; stop_classify() returns STOP_SIGNAL */
	STOP_OTHER,    /* an event that scprof did not request; just resume */
};

struct stop {
	enum stop_kind kind;
	int signal; /* STOP_SIGNAL, STOP_GROUP, STOP_KILLED: which */
};

/* Classifies @status, as wait4(2) returned it. */
struct stop stop_classify(int status);

#endif
