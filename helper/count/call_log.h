/* SPDX-License-Identifier: MIT */
/*
 * The log (--log): every call that ends, or never will, goes to a file at once
 * (profile/log/log_file.h). In the fast engine all calls are recorded then, none counted in place.
 */
#ifndef SCPROF_HELPER_COUNT_CALL_LOG_H
#define SCPROF_HELPER_COUNT_CALL_LOG_H

#include "helper/base/run.h"
#include "helper/space/tracee.h"
#include "profile/log/log_file.h"

/*
 * Makes the log's file, under a temporary name, and sets run->log, if the user asked for one.
 * Returns 0 or -errno.
 */
int call_log_open(struct run *run);
/* Gives the file its name, in place of an older log: the program begins. */
void call_log_place(struct run *run);
/* @call of @tracee has returned @result after @time_ns in the kernel. */
void call_log_put(struct run *run, struct tracee *tracee, const struct call *call, int64_t result,
		  uint64_t time_ns);
/* @call of @tracee does not return. */
void call_log_put_abandoned(struct run *run, struct tracee *tracee, const struct call *call,
			    enum log_state state);
/* True when a helper that is killed now would leave a log that lacks calls. */
bool call_log_is_dirty(const struct run *run);
void call_log_flush(struct run *run);
/* Adds what there is to say to the profile's facts. */
void call_log_set_facts(struct run *run);
/* Writes the end and says where the log is. Unless the program @has_run there is none. */
void call_log_close(struct run *run, bool has_run);

#endif
