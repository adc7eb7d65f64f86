/* SPDX-License-Identifier: MIT */
/*
 * Waits for stops: first by spinning, then by blocking. Meanwhile it does work that needs no stop.
 */
#include "helper/tracer/next_stops.h"

#include <signal.h>
#include <stdbool.h>
#include <time.h>

#include "helper/base/clock.h"
#include "helper/count/call_log.h"
#include "helper/gate/fast_area.h"
#include "helper/gate/fast_record.h"
#include "helper/space/area_memory.h"
#include "helper/trace/patience.h"
#include "helper/trace/stop_queue.h"
#include "helper/tracer/births.h"
#include "helper/tracer/put_off.h"
#include "helper/tracer/signal_hold.h"
#include "helper/unwind/read_ahead.h"

#define SPIN_NS 50000u /* without a check for records */

/* Time between two checks for records. */
#define FIRST_LOOK_NS 250000u
#define LAST_LOOK_NS  64000000u
#define MANY_LOOKS    16 /* checks without a record, before they become less frequent */

/* After this time without calls, the log is written as far as it goes. */
#define LOG_IDLE_NS 50000000u

static unsigned int drain(void)
{
	return stop_queue_drain(tracee_count());
}

/*
 * Takes records of threads until there is a stop or no record is left. Returns true if there was
 * any.
 */
static bool take_records(struct tracer *tracer, bool is_idle)
{
	bool was_any = false;

	while (!drain() && fast_take_few(&tracer->run, is_idle))
		was_any = true;
	return was_any;
}

/*
 * Checks for stops again and again, and in between for records, which may take more than a moment.
 */
static unsigned int spin(struct tracer *tracer, uint64_t start_ns)
{
	while (stop_queue_spin(tracee_count(), SPIN_NS) &&
	       clock_now_ns() - start_ns < PATIENCE_SPIN_NS)
		take_records(tracer, true);
	return drain();
}

/*
 * Threads that make their calls in the gate do not report new records. So the helper checks now and
 * then, less frequently the longer it has found none. SIGCHLD, which is blocked, shows that there
 * is a stop.
 */
static unsigned int block_and_look(struct tracer *tracer)
{
	uint64_t pause_ns = FIRST_LOOK_NS;
	unsigned int nr_vain = 0;
	sigset_t sigchld;

	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	while (!drain() && tracee_count() && fast_area_is_any()) {
		const struct timespec pause = { .tv_nsec = (long)pause_ns };

		if (sigtimedwait(&sigchld, NULL, &pause) > 0)
			stop_queue_wake();
		if (take_records(tracer, true)) {
			pause_ns = FIRST_LOOK_NS;
			nr_vain = 0;
		} else if (++nr_vain < MANY_LOOKS) {
			continue;
		} else if (pause_ns < LAST_LOOK_NS) {
			pause_ns *= 2;
		} else {
			call_log_flush(&tracer->run);
		}
	}
	return drain();
}

/* Does not leave a log without its last calls while nothing happens. */
static unsigned int block_and_flush(struct tracer *tracer)
{
	const struct timespec pause = { .tv_nsec = LOG_IDLE_NS };
	sigset_t sigchld;

	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	while (call_log_is_dirty(&tracer->run) && !drain() && tracee_count())
		if (sigtimedwait(&sigchld, NULL, &pause) > 0)
			stop_queue_wake();
		else
			call_log_flush(&tracer->run);
	return drain();
}

/*
 * While threads are held or put off, the helper must not block without a limit. It checks for
 * statuses now and then.
 */
static unsigned int await_parents(struct tracer *tracer)
{
	const struct timespec pause = { .tv_nsec = 100000 };
	unsigned int nr;

	while (births_are_held() || put_off_is_any()) {
		put_off_resume();
		nr = drain();
		if (nr)
			return nr;
		nanosleep(&pause, NULL);
		births_adopt_orphans(tracer);
	}
	return 0;
}

/* While signals are held, the helper must stop the threads in time. */
static unsigned int await_holds(void)
{
	uint64_t now_ns = clock_now_ns(), next_ns;
	sigset_t sigchld;

	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	while (!drain() && (next_ns = signal_hold_expire(now_ns))) {
		const struct timespec pause = { .tv_nsec = (long)(next_ns - now_ns) };

		sigtimedwait(&sigchld, NULL, &pause);
		now_ns = clock_now_ns();
	}
	return drain();
}

/* Fills the queue. Returns how many statuses it has, or 0 if no tracee is left. */
unsigned int next_stops(struct tracer *tracer)
{
	bool is_spinning = patience_is_spinning();
	uint64_t start_ns = clock_now_ns();
	unsigned int nr;

	put_off_resume();
	signal_hold_expire(start_ns);
	take_records(tracer, false);
	nr = drain();
	if (!nr && stop_queue_is_over())
		return 0;
	if (!nr)
		nr = await_holds();
	if (!nr)
		area_memory_tidy();
	read_ahead_ask(&tracer->run.profile, start_ns - tracer->run.start_ns);
	if (!nr && is_spinning)
		nr = spin(tracer, start_ns);
	while (!nr && area_memory_tidy())
		nr = drain();
	if (!nr && (births_are_held() || put_off_is_any()))
		nr = await_parents(tracer);
	if (!nr && fast_area_is_any())
		nr = block_and_look(tracer);
	if (!nr && call_log_is_dirty(&tracer->run))
		nr = block_and_flush(tracer);
	if (!nr)
		nr = stop_queue_block(tracee_count());
	patience_learn(is_spinning, clock_now_ns() - start_ns);
	return nr;
}
