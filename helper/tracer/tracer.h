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

/* What the profile says that may still change once the last thread has gone. */
struct last_words {
	int64_t root_status;
	uint64_t nr_calls;
	uint64_t nr_lost;
	uint64_t nr_overwritten;
	uint64_t nr_unfinished;
	uint64_t nr_ending;
	uint64_t nr_unfollowed;
};

/* How the calls that the gate does not make reach the helper, see helper/tracer/intercept.h. */
enum interception {
	INTERCEPT_STOPS,  /* each call stops, at its entry and at its exit */
	INTERCEPT_FILTER, /* a seccomp filter stops all calls but the gate's at their entry */
};

struct tracer {
	struct run run;
	int program_stderr; /* of a preloaded program, when it is no pipe; else -1 */
	pid_t root;	    /* process id of the program */
	enum interception interception;
	bool is_counting; /* since SCPROF_CALL_START */
	bool is_running;  /* the program itself: not before its execve succeeded */
	bool is_root_gone;
	bool is_saved;	  /* the profile is on disk, perhaps without names */
	bool is_whole;	  /* it has its names, and says `written` */
	bool is_unsynced; /* it is in the page cache only */
	struct last_words written;
	int root_status;      /* as wait4 gave it */
	uint64_t end_ns;      /* of the last exit */
	uint64_t null_ns[64]; /* of the calls that measure it */
	unsigned int nr_null;
	uint64_t nr_stops;
	uint64_t nr_unfollowed; /* processes */
	/* Called when only one tracee is left and about to end, while it is held. */
	void (*before_last_exit)(struct tracer *tracer, const struct tracee *last);
};

/* Returns the string id of the name of thread @tid. */
uint32_t tracer_thread_name(struct tracer *tracer, pid_t tid);

/* Takes the name that the thread has now. */
void tracer_name(struct tracer *tracer, struct tracee *tracee);
/* What the ptrace event of @tid's stop says. */
unsigned long tracer_event_message(pid_t tid);

#endif
