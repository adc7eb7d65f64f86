/* SPDX-License-Identifier: MIT */
/*
 * Puts a process under a helper. The launcher's child and the preloaded shim both call
 * helper_join(). After that a helper traces the calling process, and this helper is not its child.
 * The shim executes the program scprof-helper. The launcher contains the helper's code and normally
 * only forks: executing a program takes about a millisecond, which is longer than many programs
 * run.
 */
#ifndef SCPROF_HELPER_SPAWN_H
#define SCPROF_HELPER_SPAWN_H

#include <stdbool.h>

#include "scprof/handshake.h"

/*
 * Lets the helper at the other end of @socket seize this process, and installs the filter that the
 * helper sends. Then makes the call SCPROF_CALL_START: the helper counts every later system call.
 *
 * The process must have only one thread. Signal settings stay as they were. no_new_privs is set
 * only if seccomp(2) requires it. Normally this function closes @socket. If the caller @executes a
 * program next, @socket stays open until then: it is close-on-exec, and so the helper traces two
 * calls less.
 *
 * Returns 0 on success. Otherwise returns -errno and stores one line in @text that says what
 * failed, without a prefix; the process is then untraced and unchanged.
 */
int helper_join(int socket, int reports, bool executes, char text[static SCPROF_TEXT_SIZE]);

struct helper_spawn {
	const char *path; /* of the program scprof-helper */
	char *const *argv;
	char *const *envp; /* the helper's own environment */
	int reports;	   /* becomes the helper's SCPROF_REPORT_FD; -1: there is no launcher */
};

/*
 * Starts the helper and calls helper_join(), whose result it returns. Leaves no child that wait(2)
 * would find, and no open descriptor.
 */
int helper_spawn(const struct helper_spawn *spawn, char text[static SCPROF_TEXT_SIZE]);

/* Who started the helper. */
enum helper_way {
	HELPER_FORKED,	  /* the launcher */
	HELPER_PRELOADED, /* the shim, in a program that runs without the launcher */
	HELPER_INJECTED,  /* the shim, in a program that the launcher runs (run --preload) */
};

/*
 * All that a helper does, from its start to its end. Its process must do nothing else. The caller
 * has opened SCPROF_SOCKET_FD and SCPROF_REPORT_FD, closed all other descriptors, and ignored all
 * signals. Returns the exit status.
 */
int helper_run(enum helper_way way);

#endif
