/* SPDX-License-Identifier: MIT */
/*
 * Patches many sites at once.
 */
#ifndef SCPROF_HELPER_GATE_FAST_BATCH_H
#define SCPROF_HELPER_GATE_FAST_BATCH_H

#include "helper/space/fast_space.h"

/*
 * Patches those of the @nr @sites whose code is unchanged, and adds them to @fast. The thread @tid
 * is stopped, and no other thread runs in its memory. The last pool of @fast is within reach of all
 * sites. Sorts @sites.
 */
void fast_batch_patch(pid_t tid, struct fast_space *fast, struct fast_site *sites, unsigned int nr);

#endif
