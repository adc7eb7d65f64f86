/* SPDX-License-Identifier: MIT */
/*
 * The helper's turns on a busy machine. Traced threads stop until it has handled their stop, so it
 * should get a CPU soon, for a short time.
 */
#ifndef SCPROF_HELPER_BASE_TURN_H
#define SCPROF_HELPER_BASE_TURN_H

/*
 * Asks the scheduler for short turns of this process (sched_setattr(2), Linux 6.12). In return it
 * gets them sooner. Its share of the CPU stays the same. Does nothing if the kernel refuses.
 */
void turn_be_short(void);

#endif
