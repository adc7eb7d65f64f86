/* SPDX-License-Identifier: MIT */
/*
 * What a wait status of a seized tracee means (ptrace(2), "Stopped states"). Pure: nothing here
 * looks at the tracee.
 */
#ifndef SCPROF_HELPER_TRACE_STOP_H
#define SCPROF_HELPER_TRACE_STOP_H

enum stop_kind {
	STOP_EXITED,  /* the thread is gone; forget it */
	STOP_KILLED,  /* gone by a signal; forget it */
	STOP_SYSCALL, /* at entry or exit of a call; PTRACE_GET_SYSCALL_INFO says which */
	STOP_SECCOMP, /* at entry, because the filter says so */
	STOP_SIGNAL,  /* a signal is about to be delivered; inject it */
	STOP_GROUP,   /* job control stopped the process; PTRACE_LISTEN, so that it stays so */
	STOP_NEW,     /* first stop of a new thread, or the end of a group-stop; just resume */
	STOP_FORK,    /* made a process; its pid is the event message */
	STOP_VFORK,   /* the same, and shares memory until the child executes or exits */
	STOP_CLONE,   /* made a thread, or a process of its own kind */
	STOP_EXEC,    /* has a new program; the event message is the thread id it had before */
	STOP_EXIT,    /* about to end; registers and fds are still there */
	STOP_OTHER,   /* nothing that scprof asked for; just resume */
};

struct stop {
	enum stop_kind kind;
	int signal;	 /* STOP_SIGNAL, STOP_GROUP, STOP_KILLED: which */
	int exit_status; /* STOP_EXITED: which */
};

/* Classifies @status as wait4(2) gave it. */
struct stop stop_classify(int status);

#endif
