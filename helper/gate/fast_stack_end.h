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
 * The thread has an area, and @memo describes the stack of one of its calls. If records do not
 * contain enough of the stack for that, extends the part that they contain. @is_at_call says that
 * the thread is stopped at this call.
 */
void fast_stack_end_note(struct tracee *tracee, const struct memo *memo, bool is_at_call);

/*
 * A recorded stack continued after the part that the record contains. The next call stops and shows
 * how far records must reach. But if that has happened thousands of times, fewer and fewer calls
 * stop for this reason.
 */
void fast_stack_end_see_cut_off(struct tracee *tracee);

#endif
