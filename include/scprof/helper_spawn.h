/* SPDX-License-Identifier: MIT */
/*
 * The one way in: the launcher's child and the preloaded shim both call helper_join, which leaves
 * the calling process traced by a helper that is not its child. The shim executes scprof-helper for
 * that; the launcher has the helper's code in it, and mostly only forks: an execution takes a millisecond,
 * which many programs don't.
 */
#ifndef SCPROF_HELPER_SPAWN_H
#define SCPROF_HELPER_SPAWN_H

#include <stdbool.h>

#include "scprof/handshake.h"

/*
 * Lets the helper on the other end of @socket seize this process, installs its filter and says
 * SCPROF_CALL_START: every later system call of this process is counted. Must be called while the
 * process has one thread. Leaves no changed signal behind; sets no_new_privs when seccomp(2) asks for
 * it. Closes @socket. A caller that @executes a program next, which closes @socket, too, saves two
 * traced calls: then @socket stays open until then.
 * Returns 0; or -errno and in @text one line of what failed, without prefix: the process is then
 * untraced and unchanged.
 */
int helper_join(int socket, bool executes, char text[static SCPROF_TEXT_SIZE]);

struct helper_spawn {
	const char *path; /* of scprof-helper */
	char *const *argv;
	char *const *envp; /* the helper's own environment */
};

/* Starts the helper, and joins it. Leaves no child and no fd behind. Returns what helper_join does. */
int helper_spawn(const struct helper_spawn *spawn, char text[static SCPROF_TEXT_SIZE]);

/*
 * What scprof-helper does, from its first step to its last, in a process that has nothing else to do:
 * SCPROF_SOCKET_FD and SCPROF_REPORT_FD are there, all others are closed, and all signals ignored. Returns the exit status.
 */
int helper_run(bool is_preloaded);

#endif
