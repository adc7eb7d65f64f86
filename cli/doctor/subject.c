/* SPDX-License-Identifier: MIT */
/*
 * Before @work, the child makes only the calls that it needs, so that a check sees those of @work.
 */
#include "cli/doctor/subject.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS 5000

static _Noreturn void be_subject(int wait_fd, int (*work)(void))
{
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (read(wait_fd, &byte, 1) < 0 && errno == EINTR)
		;
	_exit(work());
}

int subject_start(struct subject *subject, int (*work)(void))
{
	int ends[2];

	*subject = (struct subject){ .pid = -1, .go = -1 };
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	subject->pid = fork();
	if (subject->pid == 0) {
		close(ends[1]);
		be_subject(ends[0], work);
	}
	close(ends[0]);
	subject->go = ends[1];
	return subject->pid < 0 ? -errno : 0;
}

int subject_seize(struct subject *subject)
{
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL;
	int status;

	if (ptrace(PTRACE_SEIZE, subject->pid, 0, options) < 0 ||
	    ptrace(PTRACE_INTERRUPT, subject->pid, 0, 0) < 0)
		return -errno;
	status = subject_wait(subject);
	return status >= 0 && WIFSTOPPED(status) ? 0 : -ETIMEDOUT;
}

void subject_go(struct subject *subject)
{
	close(subject->go);
	subject->go = -1;
}

int subject_wait(struct subject *subject)
{
	int status;

	for (int i = 0; i < PATIENCE_MS; i++) {
		pid_t pid = waitpid(subject->pid, &status, WNOHANG | __WALL);

		if (pid < 0)
			return -1;
		if (pid == subject->pid) {
			if (!WIFSTOPPED(status))
				subject->pid = -1;
			return status;
		}
		usleep(1000);
	}
	return -1;
}

void subject_end(struct subject *subject)
{
	if (subject->go >= 0)
		close(subject->go);
	if (subject->pid > 0) {
		kill(subject->pid, SIGKILL);
		while (waitpid(subject->pid, NULL, __WALL) < 0 && errno == EINTR)
			;
	}
	*subject = (struct subject){ .pid = -1, .go = -1 };
}
