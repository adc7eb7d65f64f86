/* SPDX-License-Identifier: MIT */
/*
 * How long a call may wait at most, by its arguments or by its socket.
 */
#ifndef SCPROF_HELPER_TIMEOUT_H
#define SCPROF_HELPER_TIMEOUT_H

#include "helper/tracee.h"

/*
 * Returns true if @call, of @tracee, ends after a time that is relative to its start; *@ns is that time, and *@result
 * what it returns then. Returns false where there is no such time, or none that can be found out.
 */
bool timeout_of_call(const struct tracee *tracee, const struct call *call, uint64_t *ns,
		     int64_t *result);
/* Returns true for a call that begins its whole timeout again when the kernel restarts it. */
bool timeout_begins_again(const struct call *call);

#endif
