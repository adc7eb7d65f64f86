/* SPDX-License-Identifier: MIT */
/*
 * What a process does with a signal.
 */
#ifndef SCPROF_HELPER_SIGNAL_ACTION_H
#define SCPROF_HELPER_SIGNAL_ACTION_H

#include <stdbool.h>
#include <sys/types.h>

/* Whether the process of @tid has a handler for @signal. */
bool signal_action_is_caught(pid_t tid, int signal);
/* Whether nothing happens when it gets @signal: it ignores it, or that is the default. */
bool signal_action_is_ignored(pid_t tid, int signal);

#endif
