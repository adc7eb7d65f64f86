/* SPDX-License-Identifier: MIT */
/*
 * The action of a process for a signal: a handler, ignore, or the default.
 */
#ifndef SCPROF_HELPER_TRACE_SIGNAL_ACTION_H
#define SCPROF_HELPER_TRACE_SIGNAL_ACTION_H

#include <stdbool.h>
#include <sys/types.h>

/* Returns true if the process of thread @tid has a handler for @signal. */
bool signal_action_is_caught(pid_t tid, int signal);
/* Returns true if the process of thread @tid ignores @signal, explicitly or by default. */
bool signal_action_is_ignored(pid_t tid, int signal);

#endif
