/* SPDX-License-Identifier: MIT */
/*
 * The state of the tracer.
 */
#ifndef SCPROF_HELPER_TRACER_TRACER_H
#define SCPROF_HELPER_TRACER_TRACER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "helper/base/run.h"
#include "helper/space/tracee.h"

/* Values in the profile that may still change after the last thread is gone. */
struct last_words {
	int64_t root_status;
	uint64_t nr_calls;
	uint64_t nr_lost;
	uint64_t nr_overwritten;
	uint64_t nr_unfinished;
	uint64_t nr_ending;
	uint64_t nr_unfollowed;
};

struct tracer {
	struct run run;
	int program_stderr; /* of a preloaded program, if it is not a pipe; else -1 */
	pid_t root;	    /* process id of the program */
	enum interception interception;
	bool is_counting; /* since SCPROF_CALL_START */
	bool is_running;  /* the program runs: its execve has succeeded */
	bool is_saved;	  /* the profile is on disk, perhaps without names */
	bool is_whole;	  /* it is on disk with names and the values of `written` */
	bool is_unsynced; /* it is in the page cache only */
	struct last_words written;
	int root_status;      /* as wait4 returned it */
	uint64_t end_ns;      /* time of the last exit */
	uint64_t null_ns[64]; /* times of the calls that measure stop_cost_ns */
	unsigned int nr_null;
	uint64_t nr_stops;
	uint64_t nr_unfollowed; /* processes that were not followed */
	/* Called when only one tracee is left and it is about to end. It is held meanwhile. */
	void (*before_last_exit)(struct tracer *tracer, const struct tracee *last);
};

/* Returns the string id of the name of thread @tid. */
uint32_t tracer_thread_name(struct tracer *tracer, pid_t tid);

/* Stores the current name of the thread. */
void tracer_name(struct tracer *tracer, struct tracee *tracee);
/* Returns the message of the ptrace event at which @tid has stopped. */
unsigned long tracer_event_message(pid_t tid);

#endif
