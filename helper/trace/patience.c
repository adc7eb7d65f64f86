/* SPDX-License-Identifier: MIT */
/*
 * A blocked tracer takes up to a hundred microseconds to wake on an idle CPU, and most programs
 * make their next call sooner: then looking wins. Where CPUs are scarce it loses: it takes the time
 * that the program needs, and the scheduler's favour. So the way that was quicker of late is taken,
 * and the other one tried again now and then.
 */
#include "helper/trace/patience.h"

#include <sched.h>

#define FIRST_ROUND 256u    /* waits from one trial of the slower way to the next */
#define LAST_ROUND  65536u  /* as long as the same way wins clearly, rounds double up to this */
#define TRIAL	    16u	    /* waits in a trial */
#define LONGEST	    500000u /* a longer wait is the program's own, and says nothing */
#define WEIGHT_OF   16u	    /* a new wait's share in the average is one of so many */

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

/* After a trial: who is quicker now, and how soon must that be asked again? */
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

void patience_learn(bool is_spinning, uint64_t ns)
{
	uint64_t *average = &average_ns[is_spinning];

	if (ns > LONGEST)
		return;
	*average = *average ? *average - *average / WEIGHT_OF + ns / WEIGHT_OF : ns;
}
