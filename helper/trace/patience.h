/* SPDX-License-Identifier: MIT */
/*
 * How to wait for the next stop: looking again and again, or blocking in the kernel. Which is
 * quicker depends on the machine and on what else runs on it, so both are tried and measured.
 */
#ifndef SCPROF_HELPER_TRACE_PATIENCE_H
#define SCPROF_HELPER_TRACE_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

#define PATIENCE_SPIN_NS 400000u /* look no longer than that, then block */

/* True when a tracee and this process can run at the same time. */
bool patience_has_other_cpu(void);
/* Returns true when the next wait should begin with looking. */
bool patience_is_spinning(void);
/* A wait of @ns nanoseconds has ended; is_spinning: as it was told to begin. */
void patience_learn(bool is_spinning, uint64_t ns);

#endif
