/* SPDX-License-Identifier: MIT */
/*
 * The default way into a program: the launcher forks the helper, and a child that joins it and
 * executes the program.
 */
#include <errno.h>
#include <stddef.h>
#include <unistd.h>

#include "cli/run/start_helper.h"
#include "cli/run/way_in.h"
#include "cli/term/exit_status.h"
#include "scprof/helper_spawn.h"

#define STATUS_NOT_EXECUTABLE 126

void way_restore_signals(const struct way_start *start)
{
	sigaction(SIGCHLD, &start->sigchld, NULL);
	pthread_sigmask(SIG_SETMASK, &start->mask, NULL);
}

_Noreturn void way_complain(const struct way_start *start, const struct complaint *complaint)
{
	if (write(start->complaints, complaint, sizeof(*complaint)) < 0)
		_exit(STATUS_FAILURE);
	_exit(STATUS_NOT_EXECUTABLE);
}

/* The child runs this: it joins the helper and becomes the program. */
static _Noreturn void become_program(const struct way_start *start, int socket)
{
	struct complaint complaint = { .is_exec = false };

	way_restore_signals(start);
	complaint.error = -helper_join(socket, -1, true, complaint.text);
	if (complaint.error == 0) {
		execve(start->path, start->argv, environ);
		complaint.error = errno;
		complaint.is_exec = true;
	}
	way_complain(start, &complaint);
}

static char *refuse(const char *path)
{
	(void)path;
	return NULL;
}

static pid_t start_program(const struct way_start *start, pid_t *helper)
{
	pid_t child = -1;
	int socket = -1;

	*helper = start_helper(start->argv, start->settings, start->reports, &socket);
	if (*helper < 0)
		return -1;
	child = fork();
	if (child == 0)
		become_program(start, socket);
	close(socket);
	return child;
}

const struct way_in way_fork = { .refuse = refuse, .start = start_program };
