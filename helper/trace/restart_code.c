/* SPDX-License-Identifier: MIT */
/*
 * The kernel replaces these results before the thread continues in user space.
 */
#include "helper/trace/restart_code.h"

bool restart_code_is(int64_t result)
{
	return result == -RESTART_SYS || result == -RESTART_NOINTR || result == -RESTART_NOHAND ||
	       result == -RESTART_BLOCK;
}
