/* SPDX-License-Identifier: MIT */
/*
 * The ways into a program: who starts its helper, and when.
 *
 *   way_fork     The launcher forks the helper. The launcher's child joins it, and then executes
 *                the program. The profile starts with that execve.
 *   way_preload  The launcher's child executes the program with libscprof.so in LD_PRELOAD. The
 *                library's constructor starts the helper. The profile starts there.
 *
 * The third way is LD_PRELOAD=libscprof.so without the launcher (shim/shim.c).
 */
#ifndef SCPROF_CLI_RUN_WAY_IN_H
#define SCPROF_CLI_RUN_WAY_IN_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "scprof/handshake.h"

/* What the child reports before it executes the program. It reports nothing if that succeeds. */
struct complaint {
	bool is_exec; /* execve failed; otherwise the child could not join the helper */
	int error;
	char text[SCPROF_TEXT_SIZE];
};

/* What a way needs to start a program. */
struct way_start {
	char *const *argv;	  /* the program's arguments, with NULL after the last */
	const char *path;	  /* of the program */
	char *const *settings;	  /* the helper's environment, with SCPROF_* from the options */
	int reports;		  /* writing end of the pipe from the helper to the launcher */
	int complaints;		  /* writing end of a pipe that is close-on-exec */
	sigset_t mask;		  /* signals that the program blocks */
	struct sigaction sigchld; /* what the program does on SIGCHLD */
};

struct way_in {
	/*
	 * Returns NULL if the program at @path can be run in this way. Otherwise returns one line
	 * that says why not. The caller frees it.
	 */
	char *(*refuse)(const char *path);
	/*
	 * Starts the program. Returns its pid, or -1 and sets errno. Stores the helper's pid in
	 * @helper if the helper is a child of this process, otherwise 0.
	 */
	pid_t (*start)(const struct way_start *start, pid_t *helper);
};

extern const struct way_in way_fork;
extern const struct way_in way_preload;

/* The child calls these two. It takes over the signal settings of the program. */
void way_restore_signals(const struct way_start *start);
/* Writes @complaint to the launcher and ends the child. */
_Noreturn void way_complain(const struct way_start *start, const struct complaint *complaint);

#endif
