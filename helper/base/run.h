/* SPDX-License-Identifier: MIT */
/*
 * One run of a program: what the user asked for, and what has been counted.
 */
#ifndef SCPROF_HELPER_BASE_RUN_H
#define SCPROF_HELPER_BASE_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/base/settings.h"
#include "profile/model/profile.h"
#include "profile/syscall/syscall_name.h"
#include "profile/syscall/syscall_set.h"

struct run {
	struct settings settings;
	struct profile profile;
	struct call_log *log;	 /* NULL: none was asked for */
	struct touched *touched; /* NULL: not to be recorded */
	bool has_unseen_calls;	 /* calls outside --trace do not stop */
	uint64_t start_ns;	 /* CLOCK_MONOTONIC */
	uint64_t stop_cost_ns;	 /* what two stops add to the time of a call */
	uint64_t blind_ns;	 /* of the stop that is handled, */
	uint64_t idle_ns;	 /* as helper/trace/stop_queue.h has them */
	uint64_t nr_uncertain;	 /* calls whose time may have been longer than what was counted */
	uint64_t uncertain_ns;	 /* at most so much, all together */
	uint64_t nr_calls;
	uint64_t nr_bytes;	 /* that they moved */
	uint64_t nr_truncated;	 /* calls whose stack is */
	uint64_t nr_lost;	 /* calls that were seen to begin and could not be read */
	uint64_t nr_overwritten; /* thread areas that the program has overwritten */
	uint64_t nr_ending;	 /* exit and exit_group, which do not return */
	uint64_t nr_unfinished;	 /* others that did not return */
	uint64_t unfinished[SYSCALL_NR_ABIS][SYSCALL_SET_MAX_NR];
};

#endif
