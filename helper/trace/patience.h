/* SPDX-License-Identifier: MIT */
/*
 * How to wait for the next stop: by asking the kernel again and again (spinning), or by blocking in
 * the kernel. Which one is faster depends on the machine and on what else runs on it. So the helper
 * tries both and measures them.
 */
#ifndef SCPROF_HELPER_TRACE_PATIENCE_H
#define SCPROF_HELPER_TRACE_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

#define PATIENCE_SPIN_NS 400000u /* spin no longer than this, then block */

/* Returns true if a tracee and this process can run at the same time. */
bool patience_has_other_cpu(void);
/* Returns true if spinning has been quicker than blocking so far. */
bool patience_prefers_spinning(void);
/* Returns true if the next wait should begin with spinning. */
bool patience_is_spinning(void);
/*
 * While the helper was spinning, it called sched_yield, which took @ns nanoseconds. Returns true if
 * another process ran during that time. Then the helper must block now, and prefers blocking until
 * the next trial.
 */
bool patience_see_yield(uint64_t ns);
/*
 * A wait of @ns nanoseconds has ended. @is_spinning is the result of patience_is_spinning at its
 * start.
 */
void patience_learn(bool is_spinning, uint64_t ns);

#endif
