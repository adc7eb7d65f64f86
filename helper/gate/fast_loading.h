/* SPDX-License-Identifier: MIT */
/*
 * A thread that loads its libraries maps code without a stop. The helper reads the maps when the
 * loading ends.
 */
#ifndef SCPROF_HELPER_GATE_FAST_LOADING_H
#define SCPROF_HELPER_GATE_FAST_LOADING_H

#include "helper/base/run.h"
#include "helper/space/tracee.h"

/* Returns true if the helper loses nothing when the thread maps code without a stop. */
bool fast_loading_may_add(const struct run *run, struct tracee *tracee);
/*
 * The thread is stopped before a call. While it loads its libraries, it may map code without a
 * stop. If it has done so, or if the loading ends here, the helper reads the maps and patches the
 * known sites now. The next call that maps code stops.
 */
void fast_loading_see_call(struct run *run, struct tracee *tracee);

void fast_loading_see_call(struct run *run, struct tracee *tracee);

#endif
