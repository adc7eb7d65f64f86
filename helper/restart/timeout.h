/* SPDX-License-Identifier: MIT */
/*
 * The timeout of a call, from its arguments or from its socket.
 */
#ifndef SCPROF_HELPER_RESTART_TIMEOUT_H
#define SCPROF_HELPER_RESTART_TIMEOUT_H

#include "helper/space/tracee.h"

/*
 * Returns true if @call of @tracee has a timeout that is relative to its start. Then *@ns is the
 * timeout, and *@result is the result of the call when the timeout expires. Returns false if there
 * is none, or if the helper cannot find it.
 */
bool timeout_of_call(const struct tracee *tracee, const struct call *call, uint64_t *ns,
		     int64_t *result);
/* Returns true if @call waits for its whole timeout again when the kernel restarts it. */
bool timeout_begins_again(const struct call *call);

#endif
