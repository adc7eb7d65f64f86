/* SPDX-License-Identifier: MIT */
/*
 * Work that may block is done aside, by another thread. A file or a page may be served by a tracee: by a
 * FUSE daemon, by a watcher that fanotify asks for permission, by a handler of page faults. If the thread
 * that traces waited for one, the two would wait for each other for ever. So it gives the work to a thread
 * of this module, waits for a bounded time, and then goes on without the result.
 *
 *	aside_start(&load->job) -> aside_wait(&load->job, 20) -> true:  the result is in *load
 *	                                                      -> false: look later with aside_is_done,
 *	                                                                or aside_abandon
 */
#ifndef SCPROF_HELPER_ASIDE_H
#define SCPROF_HELPER_ASIDE_H

#include <stdbool.h>
#include <stdint.h>

/* The first member of a heap object that has the work's input and output. */
struct aside_job {
	void (*work)(struct aside_job *job);	/* runs in the other thread */
	void (*release)(struct aside_job *job); /* frees an abandoned job, in any thread */
	struct aside_job *next;			/* aside's own, as is the rest */
	uint8_t state;
};

/*
 * Hands @job to a thread. Until it is done, only that thread may touch what it holds. Returns false when
 * no thread is free and no more may be made: then nothing was started.
 */
bool aside_start(struct aside_job *job);
/* Waits up to @timeout_ms. Returns true when @job is done. */
bool aside_wait(struct aside_job *job, unsigned int timeout_ms);
bool aside_is_done(struct aside_job *job);
/* How many jobs have been done so far: who waits for one without knowing it looks again when this changes. */
unsigned int aside_nr_done(void);
/* The caller wants nothing of the started @job any more: it is released now, or when it is done. */
void aside_abandon(struct aside_job *job);

/* All three: returns true when @job is done; else it was abandoned or not started, and is released. */
bool aside_run(struct aside_job *job, unsigned int timeout_ms);

#endif
