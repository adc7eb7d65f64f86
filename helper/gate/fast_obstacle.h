/* SPDX-License-Identifier: MIT */
/*
 * Why a call site cannot be patched at the moment. The texts are constants, which go into the
 * profile.
 */
#ifndef SCPROF_HELPER_GATE_FAST_OBSTACLE_H
#define SCPROF_HELPER_GATE_FAST_OBSTACLE_H

#include "helper/base/settings.h"
#include "helper/space/fast_space.h"
#include "helper/space/tracee.h"

/*
 * Returns why no site of this address space can be patched now, or NULL. Another thread may be
 * executing the code at this moment; it must at least belong to this process.
 */
const char *fast_obstacle(const struct tracee *tracee);
/*
 * Returns true if the program catches or ignores SIGTRAP, or if that cannot be read. If a thread
 * blocks or ignores this signal and executes a breakpoint, the kernel takes the program's handler
 * away (force_sig() in kernel/signal.c).
 */
bool fast_obstacle_minds_breakpoints(pid_t tid);
/* Returns why @site, at which @tracee has stopped, cannot be patched now, or NULL. */
const char *fast_obstacle_at(const struct settings *settings, struct tracee *tracee,
			     const struct fast_site *site);

/*
 * Returns true if a fork may be copying this memory now. The child would get only some of the bytes
 * that the helper writes meanwhile, and nothing says which.
 */
bool fast_obstacle_is_copied(const struct tracee *tracee);

#endif
