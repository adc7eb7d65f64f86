/* SPDX-License-Identifier: MIT */
/*
 * The helper's turns on a busy machine. A traced thread stays stopped until the helper has handled
 * its stop. So the helper should get a CPU soon, but it needs the CPU only for a short time.
 */
#ifndef SCPROF_HELPER_BASE_TURN_H
#define SCPROF_HELPER_BASE_TURN_H

/*
 * Asks the scheduler for short turns of this process (sched_setattr(2), Linux 6.12). In return, the
 * process gets its turns sooner. Its share of the CPU stays the same. Does nothing if the kernel
 * refuses.
 */
void turn_be_short(void);

#endif
