/* SPDX-License-Identifier: MIT */
/*
 * Results of calls that only a tracer can see (kernel: include/linux/errno.h).
 */
#ifndef SCPROF_HELPER_TRACE_RESTART_CODE_H
#define SCPROF_HELPER_TRACE_RESTART_CODE_H

#include <stdbool.h>
#include <stdint.h>

/* These say that the kernel will restart the call. */
enum {
	RESTART_SYS = 512,
	RESTART_NOINTR = 513,
	RESTART_NOHAND = 514,
	RESTART_BLOCK = 516,
};

/*
 * Returns true if @result says that the kernel will restart the call, unless a signal handler
 * prevents it.
 */
bool restart_code_is(int64_t result);

#endif
