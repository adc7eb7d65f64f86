/* SPDX-License-Identifier: MIT */
/*
 * Decides which signals scprof passes on to the program. A signal that was sent only to scprof must
 * be passed on. A signal that was sent to the process group has reached the program too, and must
 * not be sent twice. The sender does not distinguish the two cases, and may have ended. But the
 * helper sees each signal that the program gets. So a signal first waits a moment: the helper may
 * report that the program got the same signal from the same sender. A signal that the program
 * blocks needs no care: sent twice, it is pending once (signal(7)).
 */
#ifndef SCPROF_CLI_RUN_FORWARD_H
#define SCPROF_CLI_RUN_FORWARD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define FORWARD_PATIENCE_MS 50
#define FORWARD_NR_SIGNALS  32 /* real-time signals are not passed on */

struct forward_signal {
	bool is_waiting; /* scprof got it from @sender at @time_ms, and waits for the helper */
	bool is_noted;	 /* the program got it from @sender at @time_ms */
	pid_t sender;
	uint64_t time_ms;
};

/* All 0 at first. Times are in milliseconds, of any clock that does not go backwards. */
struct forward {
	struct forward_signal signals[FORWARD_NR_SIGNALS];
};

/*
 * Notes that scprof got @signal, by kill(2). Returns true if an earlier one must now be passed on.
 */
bool forward_take(struct forward *forward, unsigned int signal, pid_t sender, uint64_t now_ms);

/* Notes that the program got @signal, by kill(2). */
void forward_note(struct forward *forward, unsigned int signal, pid_t sender, uint64_t now_ms);

/* Returns how many milliseconds remain until a signal must be passed on; -1 if none waits. */
int forward_timeout(const struct forward *forward, uint64_t now_ms);

/*
 * Returns a signal that must be passed on now, and removes it from those that wait. Returns 0 if
 * there is none.
 */
unsigned int forward_due(struct forward *forward, uint64_t now_ms);

#endif
