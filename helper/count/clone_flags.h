/* SPDX-License-Identifier: MIT */
/*
 * How a call creates a thread or process.
 */
#ifndef SCPROF_HELPER_COUNT_CLONE_FLAGS_H
#define SCPROF_HELPER_COUNT_CLONE_FLAGS_H

#include "helper/space/tracee.h"

/* Returns the CLONE_* flags of the call that the thread makes, 0 if it creates nothing. */
uint64_t clone_flags(const struct tracee *tracee);

#endif
