/* SPDX-License-Identifier: MIT */
/*
 * A process whose parent the helper does not know.
 */
#ifndef SCPROF_HELPER_GATE_FAST_ADOPT_H
#define SCPROF_HELPER_GATE_FAST_ADOPT_H

#include "helper/space/tracee.h"

/*
 * The thread is the first one of a process whose parent the helper does not know. Finds the sites
 * that were patched in its memory, because the helper needs them to handle calls there. Patches no
 * further sites.
 */
void fast_adopt(struct tracee *tracee);

#endif
