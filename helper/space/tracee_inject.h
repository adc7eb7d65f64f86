/* SPDX-License-Identifier: MIT */
/*
 * Injected calls (helper/trace/inject.h) for a struct tracee, which is updated.
 */
#ifndef SCPROF_HELPER_SPACE_TRACEE_INJECT_H
#define SCPROF_HELPER_SPACE_TRACEE_INJECT_H

#include "helper/space/tracee.h"
#include "helper/trace/inject.h"

/* @tracee has stopped before a call of the program. The same as inject_begin(). */
bool tracee_inject(struct tracee *tracee, struct injection *injection);
/* The same as inject_end(). */
bool tracee_inject_end(struct tracee *tracee, struct injection *injection);

#endif
