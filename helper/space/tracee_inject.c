/* SPDX-License-Identifier: MIT */
/*
 * An injection switches user dispatch off, and may leave the thread at another kind of stop.
 */
#include "helper/space/tracee_inject.h"

#include "helper/trace/user_dispatch.h"

bool tracee_inject(struct tracee *tracee, struct injection *injection)
{
	if (!inject_begin(injection, tracee->tid, tracee->is_before_call))
		return false;
	injection->filters = tracee->filters;
	if (tracee->is_before_call)
		user_dispatch_clear(tracee->tid, tracee->selector);
	tracee->is_dispatched = false;
	return true;
}

bool tracee_inject_end(struct tracee *tracee, struct injection *injection)
{
	bool is_back = inject_end(injection);

	tracee->is_before_call = injection->is_away;
	return is_back;
}
