/* SPDX-License-Identifier: MIT */
/*
 * Calls that never return.
 */
#ifndef SCPROF_HELPER_RESTART_ABANDON_H
#define SCPROF_HELPER_RESTART_ABANDON_H

#include "helper/base/run.h"
#include "helper/space/tracee.h"

/* The thread has ended or executes another program, so its calls never return. */
void abandon_calls(struct run *run, struct tracee *tracee);

#endif
