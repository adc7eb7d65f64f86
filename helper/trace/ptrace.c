/* SPDX-License-Identifier: MIT */
/*
 * Writes failures other than ESRCH to the debug output.
 */
#include "helper/trace/ptrace.h"

#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>

#include "helper/base/debug.h"

int ptrace_try(int request, pid_t tid, uintptr_t addr, uintptr_t data)
{
	if (ptrace((enum __ptrace_request)request, tid, addr, data) >= 0)
		return 0;
	if (errno != ESRCH)
		debug(tracer, "ptrace request 0x%x of %d: %s", (unsigned int)request, (int)tid,
		      strerror(errno));
	return -errno;
}
