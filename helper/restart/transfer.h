/* SPDX-License-Identifier: MIT */
/*
 * Transfers that ended early only because of the tracer. A call that writes much data to a slow
 * reader returns a partial count when a signal arrives. Without a tracer, a signal that the program
 * ignores has no such effect. So the helper makes the thread transfer the rest with further calls,
 * and the program gets the sum. The profile has one call.
 *
 *	write(fd, p, 300000) = 65536
 *	  ──► stop for an ignored signal: transfer_continue
 *	  ──► write(fd, p + 65536, 234464) = 234464: transfer_end_part returns 300000
 *
 * If a further call fails, or a signal with an effect arrives, the program gets the sum so far. It
 * would have got the same result without a tracer.
 */
#ifndef SCPROF_HELPER_RESTART_TRANSFER_H
#define SCPROF_HELPER_RESTART_TRANSFER_H

#include <sys/user.h>

#include "helper/base/run.h"
#include "helper/space/tracee.h"

/*
 * tracee->call has returned with @registers, and has done only a part, because of the tracer. Sets
 * @registers so that the thread makes the call for the rest, and returns true. Returns false if
 * there is no such call.
 */
bool transfer_continue(struct tracee *tracee, struct user_regs_struct *registers);
/*
 * A call for the rest has returned @result at its exit stop. If tracee->call is active afterwards,
 * the thread is about to make another such call. Otherwise returns the result of the whole call,
 * which is then in the thread's registers.
 */
int64_t transfer_end_part(struct tracee *tracee, int64_t result);
/*
 * Cancels the call for the rest that the thread is about to make. The program's call ends with the
 * sum so far.
 */
void transfer_stop(struct run *run, struct tracee *tracee);

#endif
