/* SPDX-License-Identifier: MIT */
/*
 * Why calls stopped although the engine was the fast one: it counts those for which each reason held.
 */
#ifndef SCPROF_HELPER_STOP_REASON_H
#define SCPROF_HELPER_STOP_REASON_H

#include "helper/tracer.h"

/* tracee->call has stopped at its entry, and is counted; the engine has not looked at it yet. */
void stop_reason_count(const struct tracer *tracer, const struct tracee *tracee);
/* Counts one more call that stopped for @reason, a constant. */
void stop_reason_add(const char *reason);
/* Returns "3: its site was not patched yet; 1: ...", the most frequent first, or ""; the caller frees it. */
char *stop_reason_describe(void);

#endif
