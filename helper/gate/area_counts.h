/* SPDX-License-Identifier: MIT */
/*
 * The counts of calls for which the gate had a memo.
 */
#ifndef SCPROF_HELPER_GATE_AREA_COUNTS_H
#define SCPROF_HELPER_GATE_AREA_COUNTS_H

#include "helper/base/run.h"
#include "helper/space/tracee.h"

/* Moves the counts in the thread's area into the profile. */
void area_counts_collect(struct run *run, struct tracee *tracee);

#endif
