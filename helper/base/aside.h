/* SPDX-License-Identifier: MIT */
/*
 * Other threads of the helper do the work that may block. A tracee may serve a file or a page: it
 * may be a FUSE daemon, a watcher that fanotify asks for permission, or a handler of page faults.
 * If the tracing thread waited for such a tracee, both would wait for each other for ever. So the
 * tracing thread gives the work to a thread of this module. It waits for a limited time, and then
 * continues without the result.
 *
 *	aside_start(&load->job) -> aside_wait(&load->job, 20)
 *		-> true:  the result is in *load
 *		-> false: look later with aside_is_done, or aside_abandon
 */
#ifndef SCPROF_HELPER_BASE_ASIDE_H
#define SCPROF_HELPER_BASE_ASIDE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The first member of a heap object that holds the input and output of the work. */
struct aside_job {
	void (*work)(struct aside_job *job);	/* runs in the other thread */
	void (*release)(struct aside_job *job); /* frees an abandoned job, in any thread */
	struct aside_job *next;			/* only aside.c uses this and the next two */
	uint8_t state;
	pid_t tid; /* of the thread that does it; 0 before it starts */
};

/*
 * Gives @job to a thread and returns true. Until the job is done, only that thread may use the data
 * in it. Returns false if no thread is free and the module may create no more. Then the job has not
 * started.
 */
bool aside_start(struct aside_job *job);
/*
 * Waits up to @timeout_ms until @job is done. Waits longer, but not for ever, while the job's
 * thread runs or waits for a CPU. Returns true if @job is done.
 */
bool aside_wait(struct aside_job *job, unsigned int timeout_ms);
bool aside_is_done(struct aside_job *job);
/*
 * Returns the number of jobs done so far. A caller that waits for any of several jobs checks them
 * again when this number changes.
 */
unsigned int aside_nr_done(void);
/* The caller no longer needs the started @job. The module releases it now, or when it is done. */
void aside_abandon(struct aside_job *job);

/*
 * Starts @job and waits. Returns true if it is done. Otherwise the job was not started or was
 * abandoned: it is released.
 */
bool aside_run(struct aside_job *job, unsigned int timeout_ms);

/*
 * Returns how long the tracing thread waits for a file or a page, in milliseconds. The time is
 * short after aside_be_impatient, which the helper calls when something is late or may need a
 * program's permission.
 */
unsigned int aside_patience_ms(void);
/* From now on aside_patience_ms returns the short time. */
void aside_be_impatient(void);

#endif
