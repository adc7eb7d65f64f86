/* SPDX-License-Identifier: MIT */
/*
 * Which signals to scprof are for the program. One that was sent to scprof alone is passed on; one
 * that was sent to its process group the program has got itself, and must not get twice. Who sent
 * it does not tell the two apart, and may be gone; but the helper sees each signal that the program
 * gets. So a signal waits a moment for the helper's word that the program has had it from the same
 * sender. A signal that the program blocks needs no care: sent twice it is pending once
 * (signal(7)).
 */
#ifndef SCPROF_CLI_RUN_FORWARD_H
#define SCPROF_CLI_RUN_FORWARD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define FORWARD_PATIENCE_MS 50
#define FORWARD_NR_SIGNALS  32 /* real-time signals are not passed on */

struct forward_signal {
	bool is_waiting; /* scprof has got it from @sender at @time_ms */
	bool is_noted;	 /* or the program has */
	pid_t sender;
	uint64_t time_ms;
};

/* All zeros when new. Times are milliseconds of any clock that does not go back. */
struct forward {
	struct forward_signal signals[FORWARD_NR_SIGNALS];
};

/* scprof has got @signal, by kill(2). Returns true when the one before must be passed on now. */
bool forward_take(struct forward *forward, unsigned int signal, pid_t sender, uint64_t now_ms);

/* The program has got @signal, by kill(2). */
void forward_note(struct forward *forward, unsigned int signal, pid_t sender, uint64_t now_ms);

/*
 * Returns how many milliseconds are left until a signal must be passed on, or -1 when none waits.
 */
int forward_timeout(const struct forward *forward, uint64_t now_ms);

/* Returns a signal that must be passed on now and does not wait any more, or 0. */
unsigned int forward_due(struct forward *forward, uint64_t now_ms);

#endif
