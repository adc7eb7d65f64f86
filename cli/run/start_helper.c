/* SPDX-License-Identifier: MIT */
/*
 * Forks the helper from the launcher. It is a child of scprof, which the program cannot see. Its
 * name is "scprof-helper", and its command line contains no word of scprof's: somebody who kills
 * the program by name must not kill the helper. If the user has preloaded libraries into scprof,
 * perhaps to change clocks or files for the program, scprof executes the helper without them
 * instead.
 */
#include "cli/run/start_helper.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/run/descriptor.h"
#include "cli/term/exit_status.h"
#include "cli/term/message.h"
#include "profile/util/built_file.h"
#include "scprof/helper_spawn.h"

/* Replaces the command line, whose last word is @last, by @name (proc(5), /proc/PID/cmdline). */
static void rename_process(const char *name, char *last)
{
	char *first = program_invocation_name;
	size_t size = last > first ? (size_t)(last + strlen(last) - first) : 0;

	prctl(PR_SET_NAME, name);
	memset(first, 0, size);
	strncpy(first, name, size);
}

static char *last_word(char *const *argv)
{
	while (argv[1])
		argv++;
	return argv[0];
}

static bool has_preloaded(void)
{
	const char *libraries = getenv("LD_PRELOAD"), *audit = getenv("LD_AUDIT");

	return (libraries && *libraries) || (audit && *audit);
}

/* Returns only on an error. */
static void execute_helper(char *const *env)
{
	char name[] = "scprof-helper", launched[] = "--launched";
	char *argv[] = { name, launched, NULL };
	char *path = built_file_find("helper/scprof-helper", SCPROF_HELPER_PATH, X_OK);

	execve(path, argv, env);
	message_print("cannot execute '%s': %s", path, strerror(errno));
	free(path);
}

/* A seccomp filter may deny the older call. */
static int move(int from, int to)
{
	return dup2(from, to) == to ? 0 : dup3(from, to, 0);
}

/* Reports to the child at the other end of @socket why there is no helper. */
static void refuse(int socket, int error)
{
	const struct scprof_hello failed = { .version = 0, .helper_pid = -error };

	send(socket, &failed, sizeof(failed), MSG_NOSIGNAL);
}

static _Noreturn void become_helper(char *const *argv, char *const *env, int socket, int report_fd)
{
	setsid();
	/* Both have numbers above these two. */
	if (move(socket, SCPROF_SOCKET_FD) < 0 || move(report_fd, SCPROF_REPORT_FD) < 0) {
		refuse(socket, errno);
		_exit(STATUS_FAILURE);
	}
	if (has_preloaded()) {
		execute_helper(env);
		_exit(STATUS_FAILURE);
	}
	rename_process("scprof-helper", last_word(argv));
	environ = (char **)env;
	exit(helper_run(HELPER_FORKED));
}

pid_t start_helper(char *const *argv, char *const *env, int report_fd, int *socket)
{
	int sockets[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0)
		return -1;
	sockets[0] = descriptor_move_up(sockets[0]);
	sockets[1] = descriptor_move_up(sockets[1]);
	pid = fork();
	if (pid == 0)
		become_helper(argv, env, sockets[1], report_fd);
	close(sockets[1]);
	if (pid < 0)
		close(sockets[0]);
	*socket = sockets[0];
	return pid;
}
