/* SPDX-License-Identifier: MIT */
/*
 * Transfers that were cut short in vain. A call that writes much to a slow reader returns what it has done when a signal
 * comes. But a signal that the program ignores would not have come at all without a tracer. So the helper lets the
 * thread make calls for the rest, and gives the program the sum; for the profile it is one call.
 *
 *	write(fd, p, 300000) = 65536 ──► stop for an ignored signal ──► write(fd, p + 65536, 234464) = 234464
 *	                                     transfer_continue                       transfer_end_part: 300000
 *
 * When the rest fails, or a signal with an effect comes, the program gets the sum so far, as it would have then.
 */
#ifndef SCPROF_HELPER_TRANSFER_H
#define SCPROF_HELPER_TRANSFER_H

#include <sys/user.h>

#include "helper/tracer.h"

/*
 * tracee->call has returned, with @registers, and has done only a part because something woke the thread in vain. Sets
 * @registers so that the thread makes the call for the rest. Returns false where that cannot be done.
 */
bool transfer_continue(struct tracee *tracee, struct user_regs_struct *registers);
/*
 * A call for the rest has returned @result at its exit stop. Returns what the whole call returns, which the program's
 * registers then say. If tracee->call is active afterwards, the thread is about to make the next such call.
 */
int64_t transfer_end_part(struct tracee *tracee, int64_t result);
/* The thread is not to make the call for the rest that it is about to make: its call ends with the sum so far. */
void transfer_stop(struct tracer *tracer, struct tracee *tracee);

#endif
