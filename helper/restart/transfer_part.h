/* SPDX-License-Identifier: MIT */
/*
 * Some calls wait until all data is transferred, but return a partial count when a signal arrives.
 * This file works out the call that transfers the rest. That call may have another number and other
 * arguments. The helper changes no memory of the program for it.
 */
#ifndef SCPROF_HELPER_RESTART_TRANSFER_PART_H
#define SCPROF_HELPER_RESTART_TRANSFER_PART_H

#include "helper/space/tracee.h"

struct transfer_part {
	uint32_t nr;
	uint64_t args[6];
	uint64_t size;		/* result of this call if nothing ends it early */
	bool is_last;		/* the program's call is complete after this call */
	bool keeps_result;	/* the result of this call does not count for the program's */
	bool may_find_an_error; /* the call before it may have left an error in the socket */
};

/*
 * Returns true if @result says that @call of @tracee has done only a part of what the program asked
 * for.
 */
bool transfer_part_is_missing(const struct tracee *tracee, const struct call *call, int64_t result);
/*
 * Fills in @part, the call for the rest after @done of @call, and returns true. Returns false if
 * nothing is left, or if something other than a signal may have ended @call at this point.
 */
bool transfer_part_next(const struct tracee *tracee, const struct call *call, uint64_t done,
			struct transfer_part *part);
/*
 * Returns true if the timeout of @call's socket limits the whole call. Returns false if the kernel
 * splits the call into parts and the timeout limits each part.
 */
bool transfer_part_has_timeout(const struct tracee *tracee, const struct call *call);

#endif
