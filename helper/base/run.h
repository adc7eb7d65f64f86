/* SPDX-License-Identifier: MIT */
/*
 * One run of a program: the settings of the user, and the counts.
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
	struct call_log *log;	 /* NULL: the user asked for none */
	struct touched *touched; /* NULL: files are not recorded */
	bool has_unseen_calls;	 /* calls outside --trace do not stop */
	uint64_t start_ns;	 /* CLOCK_MONOTONIC */
	uint64_t stop_cost_ns;	 /* what two stops add to the time of a call */
	uint64_t blind_ns;	 /* of the stop that is being handled: see */
	uint64_t idle_ns;	 /* helper/trace/stop_queue.h */
	uint64_t nr_uncertain;	 /* calls whose time may have been longer than what was counted */
	uint64_t uncertain_ns;	 /* by how much at most, all together */
	uint64_t nr_calls;
	uint64_t nr_bytes;	 /* bytes that they moved */
	uint64_t nr_truncated;	 /* calls whose stack is truncated */
	uint64_t nr_lost;	 /* calls that began and could not be read */
	uint64_t nr_overwritten; /* thread areas that the program has overwritten */
	uint64_t nr_ending;	 /* calls of exit and exit_group, which do not return */
	uint64_t nr_unfinished;	 /* other calls that did not return */
	uint64_t unfinished[SYSCALL_NR_ABIS][SYSCALL_SET_MAX_NR];
};

#endif
