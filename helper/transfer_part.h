/* SPDX-License-Identifier: MIT */
/*
 * Calls that wait until all is done, and that a signal ends when only a part is: what a call for the rest looks like. It
 * differs from the program's only in its number and arguments: no memory of the program is changed.
 */
#ifndef SCPROF_HELPER_TRANSFER_PART_H
#define SCPROF_HELPER_TRANSFER_PART_H

#include "helper/tracee.h"

struct transfer_part {
	uint32_t nr;
	uint64_t args[6];
	uint64_t size;		/* what the call returns when nothing ends it early */
	bool is_last;		/* the program's call is complete then */
	bool keeps_result;	/* the program's call has its result already */
	bool may_find_an_error; /* that the call before it has left in the socket */
};

/* Returns true if @call, of @tracee, has done less than it was asked for when it returned @result. */
bool transfer_part_is_missing(const struct tracee *tracee, const struct call *call, int64_t result);
/*
 * Fills in @part, the call that does what is left when @done of @call is. Returns false when nothing is left, or
 * when something else than a signal may have ended @call there.
 */
bool transfer_part_next(const struct tracee *tracee, const struct call *call, uint64_t done,
			struct transfer_part *part);
/* Returns true if the timeout of @call's socket holds for the whole call, not for each part that the kernel makes of it. */
bool transfer_part_has_timeout(const struct tracee *tracee, const struct call *call);

#endif
