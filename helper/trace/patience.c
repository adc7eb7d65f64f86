/* SPDX-License-Identifier: MIT */
/*
 * A blocked tracer takes up to a hundred microseconds to wake on an idle CPU, and most programs
 * make their next call sooner: then spinning is faster. If there are few CPUs, spinning is slower:
 * it takes time that the program needs, and the scheduler then prefers other processes. So the
 * helper waits in the way that was faster recently, and now and then tries the other one. It does
 * not wait for a trial if sched_yield shows that another process needs the CPU.
 */
#include "helper/trace/patience.h"

#include <sched.h>

#define FIRST_ROUND 256u    /* waits between two trials of the slower way */
#define LAST_ROUND  65536u  /* while one way is clearly faster, rounds double up to this */
#define TRIAL	    16u	    /* waits in one trial */
#define LONGEST	    500000u /* a longer wait is due to the program, and is not measured */
#define WEIGHT_OF   16u	    /* a new wait has this share of the average: one of so many */
#define LATE_YIELD  100000u /* ns; if no other process wants the CPU, a yield takes about 1000 */

static uint64_t average_ns[2]; /* by is_spinning; 0: not tried yet */
static unsigned int round_length = FIRST_ROUND;
static unsigned int nr_waits; /* in this round */
static bool is_spinning_quicker = true;

bool patience_has_other_cpu(void)
{
	static int nr_cpus;
	cpu_set_t cpus;

	if (!nr_cpus)
		nr_cpus = sched_getaffinity(0, sizeof(cpus), &cpus) == 0 ? CPU_COUNT(&cpus) : 1;
	return nr_cpus > 1;
}

/* After a trial: selects the faster way, and decides when to try the other one again. */
static void begin_round(void)
{
	uint64_t quicker = average_ns[is_spinning_quicker];
	uint64_t slower = average_ns[!is_spinning_quicker];

	nr_waits = 0;
	if (slower && slower < quicker)
		is_spinning_quicker = !is_spinning_quicker;
	if (slower && slower < 2 * quicker)
		round_length = FIRST_ROUND;
	else if (round_length < LAST_ROUND)
		round_length *= 2;
}

bool patience_is_spinning(void)
{
	if (!patience_has_other_cpu())
		return false;
	if (nr_waits == round_length + TRIAL)
		begin_round();
	return nr_waits++ < round_length ? is_spinning_quicker : !is_spinning_quicker;
}

bool patience_prefers_spinning(void)
{
	return is_spinning_quicker && patience_has_other_cpu();
}

bool patience_see_yield(uint64_t ns)
{
	if (ns < LATE_YIELD)
		return false;
	if (is_spinning_quicker) {
		is_spinning_quicker = false;
		round_length = FIRST_ROUND;
		nr_waits = 0;
	}
	return true;
}

void patience_learn(bool is_spinning, uint64_t ns)
{
	uint64_t *average = &average_ns[is_spinning];

	if (ns > LONGEST)
		return;
	*average = *average ? *average - *average / WEIGHT_OF + ns / WEIGHT_OF : ns;
}
