/* SPDX-License-Identifier: MIT */
/*
 * The log (--log). Each call goes to the file as soon as it ends, or as soon as the helper knows
 * that it never returns (profile/log/log_file.h). With the fast engine, the gate records all calls
 * then, and counts none.
 */
#ifndef SCPROF_HELPER_COUNT_CALL_LOG_H
#define SCPROF_HELPER_COUNT_CALL_LOG_H

#include "helper/base/run.h"
#include "helper/space/tracee.h"
#include "profile/log/log_file.h"

/*
 * If the user asked for a log, creates its file under a temporary name, and sets run->log. Returns
 * 0 or -errno.
 */
int call_log_open(struct run *run);
/* The program starts. Renames the file to its final name, which replaces an older log. */
void call_log_place(struct run *run);
/* @call of @tracee has returned @result after @time_ns in the kernel. */
void call_log_put(struct run *run, struct tracee *tracee, const struct call *call, int64_t result,
		  uint64_t time_ns);
/* @call of @tracee does not return. */
void call_log_put_abandoned(struct run *run, struct tracee *tracee, const struct call *call,
			    enum log_state state);
/* Returns true if the file lacks calls, which would be missing if the helper were killed now. */
bool call_log_is_dirty(const struct run *run);
void call_log_flush(struct run *run);
/* Sets the facts about the log in the profile. */
void call_log_set_facts(struct run *run);
/* Writes the end of the log and reports its path. Removes the log unless the program @has_run. */
void call_log_close(struct run *run, bool has_run);

#endif
