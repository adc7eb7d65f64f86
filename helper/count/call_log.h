/* SPDX-License-Identifier: MIT */
/*
 * The log (--log): every call that ends, or never will, goes to a file at once (profile/log/log_file.h). In
 * the fast engine all calls are recorded then, none counted in place.
 */
#ifndef SCPROF_HELPER_COUNT_CALL_LOG_H
#define SCPROF_HELPER_COUNT_CALL_LOG_H

#include "helper/tracer/tracer.h"
#include "profile/log/log_file.h"

/*
 * Makes the log's file, under a temporary name, and sets tracer->log, if the user asked for one.
 * Returns 0 or -errno.
 */
int call_log_open(struct tracer *tracer);
/* Gives the file its name, in place of an older log: the program begins. */
void call_log_place(struct tracer *tracer);
/* @call of @tracee has returned @result after @time_ns in the kernel. */
void call_log_put(struct tracer *tracer, struct tracee *tracee, const struct call *call,
		  int64_t result, uint64_t time_ns);
/* @call of @tracee does not return. */
void call_log_put_abandoned(struct tracer *tracer, struct tracee *tracee, const struct call *call,
			    enum log_state state);
/* True when a helper that is killed now would leave a log that lacks calls. */
bool call_log_is_dirty(const struct tracer *tracer);
void call_log_flush(struct tracer *tracer);
/* Adds what there is to say to the profile's facts. */
void call_log_set_facts(struct tracer *tracer);
/* Writes the end and says where the log is; there is none of a program that did not run. */
void call_log_close(struct tracer *tracer);

#endif
