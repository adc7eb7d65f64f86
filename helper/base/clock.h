/* SPDX-License-Identifier: MIT */
/*
 * The helper's clock.
 */
#ifndef SCPROF_HELPER_BASE_CLOCK_H
#define SCPROF_HELPER_BASE_CLOCK_H

#include <stdint.h>

/* Returns the nanoseconds of CLOCK_MONOTONIC. */
uint64_t clock_now_ns(void);

#endif
