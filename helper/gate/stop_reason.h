/* SPDX-License-Identifier: MIT */
/*
 * Why calls stopped although the fast engine was in use. Counts the stopped calls by reason.
 */
#ifndef SCPROF_HELPER_GATE_STOP_REASON_H
#define SCPROF_HELPER_GATE_STOP_REASON_H

#include "helper/base/run.h"
#include "helper/space/tracee.h"

/*
 * Counts the reason for which tracee->call stopped at its entry. Call it before the engine handles
 * the call.
 */
void stop_reason_count(const struct run *run, struct tracee *tracee);
/* Counts one more call that stopped for @reason, a constant. */
void stop_reason_add(const char *reason);
/*
 * Returns "3: its site was not patched yet; 1: ...", most frequent first, or "". The caller frees
 * it.
 */
char *stop_reason_describe(void);

#endif
