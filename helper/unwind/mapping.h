/* SPDX-License-Identifier: MIT */
/*
 * Finds one memory mapping of a process. The helper does this for each new thread.
 */
#ifndef SCPROF_HELPER_UNWIND_MAPPING_H
#define SCPROF_HELPER_UNWIND_MAPPING_H

#include <stdint.h>
#include <sys/types.h>

#include "helper/unwind/layout.h"

/*
 * Returns the mapping of thread @tid that holds @addr at this moment, or an empty range if there is
 * none or it cannot be read.
 */
struct address_range mapping_find(pid_t tid, uint64_t addr);

#endif
