/* SPDX-License-Identifier: MIT */
/*
 * Wait statuses that the helper has received and not handled yet. It receives all of them at once.
 * So it handles no thread before another thread that has waited longer.
 */
#ifndef SCPROF_HELPER_TRACE_STOP_QUEUE_H
#define SCPROF_HELPER_TRACE_STOP_QUEUE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct waited {
	pid_t tid;
	int status;	   /* as wait4 returned it */
	uint64_t seen_ns;  /* when the helper saw the status */
	uint64_t blind_ns; /* time since the helper had asked for stops before */
	uint64_t idle_ns;  /* stop_queue_idle_ns at seen_ns */
};

/*
 * Returns the total time in which the helper only waited for stops. During such a time the helper
 * delays no call.
 */
uint64_t stop_queue_idle_ns(void);
/* The helper has just waited for the next stop. Until now there was none. */
void stop_queue_wake(void);
/* Appends a status that was received elsewhere. */
void stop_queue_push(pid_t tid, int status);
/*
 * Appends every status that is available. Returns how many are queued. @nr_tracees is the number of
 * threads that can have a status. A single thread has only one at a time.
 */
unsigned int stop_queue_drain(unsigned int nr_tracees);
/* Returns true if the last stop_queue_drain() found that no tracee is left (ECHILD of wait(2)). */
bool stop_queue_is_over(void);
/*
 * Does the same repeatedly. Returns true if there was no status for @ns nanoseconds. Returns false
 * if there is one, or if another process needs this CPU.
 */
bool stop_queue_spin(unsigned int nr_tracees, uint64_t ns);
/* Does the same, but blocks until there is a status. Returns 0 if there is no tracee. */
unsigned int stop_queue_block(unsigned int nr_tracees);

/*
 * Waits for a status of @tid only, which should arrive soon, and does not queue it. Returns the
 * same as waitpid(2), or 0 if there was no status within @limit_ns nanoseconds.
 */
pid_t stop_queue_await(pid_t tid, int *status, uint64_t limit_ns);

/*
 * Gets status number @index. Returns false if there are no more. The queue may grow between two
 * calls.
 */
bool stop_queue_get(unsigned int index, struct waited *waited);
void stop_queue_clear(void);

#endif
