/* SPDX-License-Identifier: MIT */
/*
 * What a process does with a signal: it has a handler, ignores the signal, or has the default
 * action.
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
