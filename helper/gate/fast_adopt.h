/* SPDX-License-Identifier: MIT */
/*
 * A process whose parent nobody knows.
 */
#ifndef SCPROF_HELPER_GATE_FAST_ADOPT_H
#define SCPROF_HELPER_GATE_FAST_ADOPT_H

#include "helper/space/tracee.h"

/*
 * The thread is the first of a process whose parent nobody knows: finds the sites that were patched
 * there, which must be known for calls to come back right. No more is patched.
 */
void fast_adopt(struct tracee *tracee);

#endif
