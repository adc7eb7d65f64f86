/* SPDX-License-Identifier: MIT */
/*
 * How far the gate must copy a thread's stack into a record. That is the end of what unwinding has
 * read so far on this stack, whether or not it could follow the stack to its end.
 */
#ifndef SCPROF_HELPER_GATE_FAST_STACK_END_H
#define SCPROF_HELPER_GATE_FAST_STACK_END_H

#include <stdbool.h>

#include "helper/space/tracee.h"
#include "helper/unwind/memo.h"

/*
 * A call of the thread, which has an area, has the stack that @memo describes. Extends the part of
 * the stack that records hold, if it is too short for this stack. @is_at_call: the thread is
 * stopped at this call.
 */
void fast_stack_end_note(struct tracee *tracee, const struct memo *memo, bool is_at_call);

/*
 * A recorded stack went on behind the part that the record holds. The next call stops, and shows
 * how far records must reach. But if that has happened thousands of times, then fewer and fewer
 * calls stop for this reason.
 */
void fast_stack_end_see_cut_off(struct tracee *tracee);

#endif
