/* SPDX-License-Identifier: MIT */
/*
 * Injected calls in a thread whose record is kept.
 */
#ifndef SCPROF_HELPER_SPACE_TRACEE_INJECT_H
#define SCPROF_HELPER_SPACE_TRACEE_INJECT_H

#include "helper/space/tracee.h"
#include "helper/trace/inject.h"

/* @tracee is before a call of its own: see inject_begin(). */
bool tracee_inject(struct tracee *tracee, struct injection *injection);
/* As inject_end(). */
bool tracee_inject_end(struct tracee *tracee, struct injection *injection);

#endif
