/* SPDX-License-Identifier: MIT */
/*
 * Wait statuses that were gathered and not yet acted on. All that are there are taken at once, so
 * that no thread is served before others that have waited longer.
 */
#ifndef SCPROF_HELPER_TRACE_STOP_QUEUE_H
#define SCPROF_HELPER_TRACE_STOP_QUEUE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct waited {
	pid_t tid;
	int status;	   /* as wait4 gives it */
	uint64_t seen_ns;  /* when the helper saw the status */
	uint64_t blind_ns; /* for so long before, the helper had not looked for stops */
	uint64_t idle_ns;  /* stop_queue_idle_ns at seen_ns */
};

/*
 * Returns the total time in which the helper only waited for stops. During such a time the helper
 * delays no call.
 */
uint64_t stop_queue_idle_ns(void);
/* A wait for the next stop has just ended. There was no stop before. */
void stop_queue_wake(void);
/* Puts a status at the end: one that was waited for elsewhere. */
void stop_queue_push(pid_t tid, int status);
/*
 * Adds every status that is there already; returns how many are queued. @nr_tracees is the number
 * of threads that can have one. A single thread has only one at a time.
 */
unsigned int stop_queue_drain(unsigned int nr_tracees);
/* The same, looking again and again for @ns nanoseconds, until there is one. */
unsigned int stop_queue_spin(unsigned int nr_tracees, uint64_t ns);
/* The same, blocking until there is one; 0 when there is nobody to wait for. */
unsigned int stop_queue_block(unsigned int nr_tracees);

/*
 * Waits for a status of @tid only, which should arrive soon, and does not queue it. Returns the
 * same as waitpid(2), and 0 if there was no status within @limit_ns nanoseconds.
 */
pid_t stop_queue_await(pid_t tid, int *status, uint64_t limit_ns);

/* Gets the status @index; false when there are no more. The queue may grow meanwhile. */
bool stop_queue_get(unsigned int index, struct waited *waited);
void stop_queue_clear(void);

#endif
