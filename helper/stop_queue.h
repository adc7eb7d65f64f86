/* SPDX-License-Identifier: MIT */
/*
 * Wait statuses that were gathered and not yet acted on. All that are there are taken at once, so
 * that no thread is served before others that have waited longer.
 */
#ifndef SCPROF_HELPER_STOP_QUEUE_H
#define SCPROF_HELPER_STOP_QUEUE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct waited {
	pid_t tid;
	int status;	  /* as wait4 gives it */
	uint64_t seen_ns; /* when */
	uint64_t
		blind_ns; /* before that nobody had looked for so long: the stop was somewhere in it */
	uint64_t idle_ns; /* stop_queue_idle_ns at that time */
};

/*
 * For how long in all the helper had nothing to do but wait for stops. A tracee that is in a call in
 * such a time is delayed by nobody.
 */
uint64_t stop_queue_idle_ns(void);
/* Says that a wait for the next stop has just ended: there was none before. */
void stop_queue_wake(void);
/* Puts a status at the end: one that was waited for elsewhere. */
void stop_queue_push(pid_t tid, int status);
/* Adds every status that is there already; returns how many are queued. */
unsigned int stop_queue_drain(void);
/* The same, looking again and again for @ns nanoseconds, until there is one. */
unsigned int stop_queue_spin(uint64_t ns);
/* The same, blocking until there is one; 0 when there is nobody to wait for. */
unsigned int stop_queue_block(void);

/*
 * Waits for a status of @tid alone, which is not queued; it is expected soon. Returns as waitpid(2): 0 when there was
 * none for @limit_ns nanoseconds.
 */
pid_t stop_queue_await(pid_t tid, int *status, uint64_t limit_ns);

/* Gets the status @index; false when there are no more. The queue may grow meanwhile. */
bool stop_queue_get(unsigned int index, struct waited *waited);
void stop_queue_clear(void);

#endif
