/* SPDX-License-Identifier: MIT */
/*
 * Signals that come faster than the helper can let them through. A stop takes longer than a signal without one,
 * so that the next signal of a fast timer is there when the thread goes on, and the thread would never
 * execute an instruction of its own. So the helper blocks such a signal for a moment. The kernel keeps it meanwhile.
 *
 * Realtime signals are queued, and must keep their order. What has been taken from the queue would go back to its end. So
 * these are blocked when a handler has just returned, before the next is taken.
 */
#ifndef SCPROF_HELPER_SIGNAL_HOLD_H
#define SCPROF_HELPER_SIGNAL_HOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/stop.h"

struct tracee;

struct signal_hold {
	bool is_on;
	bool is_long;	     /* all of them are ignored: until the program could notice */
	bool is_waited_for;  /* the thread is stopped at end_ns */
	bool has_just_ended; /* at this stop */
	bool is_pause;	     /* begun behind a handler, for realtime signals */
	bool is_realtime; /* the last signal that the thread got is one that must keep its order */
	unsigned int nr_close; /* signals in a row that came too soon */
	uint64_t mask;	       /* the thread's own */
	uint64_t held;	       /* signals that are blocked besides */
	uint64_t end_ns;
	uint64_t length_ns;
	uint64_t begun_ns;   /* when the thread last stopped for a signal that it got */
	uint64_t gone_on_ns; /* when it last went on after a signal or a handler, and where */
	uint64_t ip;
	uint64_t begun_ip; /* where the thread was when the last hold began */
};

/*
 * @tracee stops for @signal, at the program's own code. Returns true if the signal must wait: then the caller resumes the
 * thread with it, and the kernel makes it pending again, since it is blocked.
 */
bool signal_hold_begin(struct tracee *tracee, int signal);
/* The thread is about to go on after a signal or a handler. */
void signal_hold_note(struct tracee *tracee);
/* The same for a handler that has returned. Begins a hold in a storm of realtime signals. */
void signal_hold_see_return(struct tracee *tracee);
/* @tracee, whose signals are held, has stopped: ends the hold, unless it can go on behind the stop. */
void signal_hold_see_stop(struct tracee *tracee, enum stop_kind kind);
/* @child was made by @parent, whose mask it has. */
void signal_hold_inherit(struct tracee *child, const struct tracee *parent);
/* The thread is gone. */
void signal_hold_forget(struct tracee *tracee);

/* Stops the threads whose hold has lasted long enough. Returns when the next one has, 0: there is none. */
uint64_t signal_hold_expire(uint64_t now_ns);

#endif
