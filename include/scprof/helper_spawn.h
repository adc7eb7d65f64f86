/* SPDX-License-Identifier: MIT */
/*
 * The one way in: the launcher's child and the preloaded shim both call helper_spawn, which leaves
 * the calling process traced by a scprof-helper that is nobody's child.
 */
#ifndef SCPROF_HELPER_SPAWN_H
#define SCPROF_HELPER_SPAWN_H

#include "scprof/handshake.h"

struct helper_spawn {
	const char *path; /* of scprof-helper */
	char *const *argv;
	char *const *envp; /* the helper's own environment */
	int report_fd;	   /* the helper's SCPROF_REPORT_FD, or -1 */
};

/*
 * Starts the helper, lets it seize this process, installs its filter and says SCPROF_CALL_START:
 * every later system call of this process is counted. Must be called while the process has one thread. Leaves no child, no
 * fd and no changed signal behind; sets no_new_privs when seccomp(2) asks for it.
 * Returns 0; or -errno and in @text one line of what failed, without prefix: the process is then untraced and unchanged.
 */
int helper_spawn(const struct helper_spawn *spawn, char text[static SCPROF_TEXT_SIZE]);

#endif
