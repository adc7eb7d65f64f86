/* SPDX-License-Identifier: MIT */
/*
 * The helper process, which is the tracer. It is not a child of the program. It has its own session
 * and none of the program's descriptors. It survives every signal except SIGKILL, because the
 * program dies with it.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helper/base/debug.h"
#include "helper/base/launcher_pipe.h"
#include "helper/base/limits.h"
#include "helper/base/turn.h"
#include "helper/count/touched.h"
#include "helper/gate/fast.h"
#include "helper/tracer/event_loop.h"
#include "helper/tracer/finish.h"
#include "helper/tracer/seize.h"
#include "helper/tracer/tracer.h"
#include "scprof/helper_spawn.h"

#define EXIT_NO_PROFILE 3

/*
 * Ignores all signals except those for faults of the helper, because kill(-1, …) is meant for other
 * processes.
 */
static void ignore_signals(void)
{
	static const int kept[] = { SIGCHLD, SIGSEGV, SIGBUS,  SIGILL,
				    SIGFPE,  SIGABRT, SIGTRAP, SIGSYS };
	sigset_t blocked;

	for (int i = 1; i <= SIGRTMAX; i++)
		if (i < 32 || i >= SIGRTMIN) /* libc uses the signals in between */
			signal(i, SIG_IGN);
	for (unsigned int i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		signal(kept[i], SIG_DFL);
	/* The tracer's loop waits for this signal. */
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGCHLD);
	pthread_sigmask(SIG_SETMASK, &blocked, NULL);
}

/* Returns a copy of standard error with a high number, if keeping it is harmless, else -1. */
static int keep_stderr(void)
{
	struct stat status;

	if (fstat(STDERR_FILENO, &status) < 0 ||
	    !(S_ISCHR(status.st_mode) || S_ISREG(status.st_mode)))
		return -1;
	return fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, SCPROF_REPORT_FD + 1);
}

/*
 * Closes all descriptors of the program except @kept, because a pipe that stays open would never
 * reach its end.
 */
static void close_fds(bool keeps_stderr, int kept)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (kept > SCPROF_REPORT_FD + 1)
		close_range(SCPROF_REPORT_FD + 1, (unsigned int)kept - 1, 0);
	close_range((unsigned int)(kept < 0 ? SCPROF_REPORT_FD : kept) + 1, ~0u, 0);
	if (null >= 0 && null <= SCPROF_REPORT_FD)
		null = fcntl(null, F_DUPFD_CLOEXEC, SCPROF_REPORT_FD + 1);
	else
		null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int fd = 0; null >= 0 && fd <= 2; fd++)
		if (fd != 2 || !keeps_stderr)
			dup2(null, fd);
	fcntl(SCPROF_SOCKET_FD, F_SETFD, FD_CLOEXEC);
	fcntl(SCPROF_REPORT_FD, F_SETFD, FD_CLOEXEC);
}

int helper_run(enum helper_way way)
{
	static struct tracer tracer;
	int error;

	ignore_signals();
	limits_raise();
	turn_be_short();
	debug_init(getenv(SCPROF_ENV_DEBUG));
	tracer.program_stderr = way == HELPER_PRELOADED ? keep_stderr() : -1;
	/* An injected helper does not know yet whether messages are wanted. */
	close_fds(debug_is_on() || way == HELPER_INJECTED, tracer.program_stderr);
	fast_init();
	profile_init(&tracer.run.profile);
	tracer.before_last_exit = finish_before_last_exit;
	error = seize_program(&tracer, way);
	close(SCPROF_SOCKET_FD);
	if (way == HELPER_INJECTED && !debug_is_on())
		dup2(STDOUT_FILENO, STDERR_FILENO);
	if (!error) {
		if (chdir("/") < 0)
			launcher_pipe_line("note", "cannot leave the current directory");
		event_loop_run(&tracer);
		error = finish_profile(&tracer);
	}
	/* No process has to wait for the rest. */
	close(SCPROF_REPORT_FD);
	finish_sync(&tracer);
	touched_fini(&tracer.run);
	profile_fini(&tracer.run.profile);
	settings_fini(&tracer.run.settings);
	return error ? EXIT_NO_PROFILE : 0;
}
