/* SPDX-License-Identifier: MIT */
/*
 * A thread that ends may be in a call, and in handlers of signals that have interrupted other
 * calls.
 */
#include "helper/restart/abandon.h"

#include "helper/base/run.h"
#include "helper/count/count.h"
#include "helper/restart/woken.h"

void abandon_calls(struct run *run, struct tracee *tracee)
{
	woken_settle(run, tracee);
	if (tracee->call.is_active)
		count_unfinished(run, tracee, &tracee->call);
	tracee->call.is_active = false;
	while (tracee->nr_interrupted)
		count_unfinished(run, tracee, &tracee->interrupted[--tracee->nr_interrupted]);
}
