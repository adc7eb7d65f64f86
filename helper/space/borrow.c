/* SPDX-License-Identifier: MIT */
/*
 * Descriptors of other processes: pidfd_getfd(2).
 */
#include "helper/space/borrow.h"

#include <sys/syscall.h>
#include <unistd.h>

int borrow_fd(const struct tracee *tracee, int fd)
{
	int process = (int)syscall(SYS_pidfd_open, tracee->process->tgid, 0);
	int borrowed;

	if (process < 0)
		return -1;
	borrowed = (int)syscall(SYS_pidfd_getfd, process, fd, 0);
	close(process);
	return borrowed;
}
