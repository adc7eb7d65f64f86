/* SPDX-License-Identifier: MIT */
/*
 * What the engine does with a thread that has stopped before a call of the program.
 */
#ifndef SCPROF_HELPER_GATE_GATE_AT_CALL_H
#define SCPROF_HELPER_GATE_GATE_AT_CALL_H

#include <sys/user.h>

#include "helper/base/run.h"
#include "helper/space/tracee.h"

/*
 * The thread is about to make tracee->call, with @registers. Counts what the thread has recorded,
 * if it has little room left, and restores code that the call is about to change. Sets the site of
 * the call, and undoes in @registers what the site's patch has done. Returns false if the thread is
 * no longer at its call.
 */
bool gate_at_call(struct run *run, struct tracee *tracee, struct user_regs_struct *registers);

enum gate_outcome {
	GATE_LEAVES_CALL, /* the helper must see how the call ends */
	GATE_MAKES_CALL,  /* the thread continues in the gate, which makes and counts the call */
	GATE_LOST_THREAD, /* the thread had another stop, which is back in the queue */
};

/*
 * To be called after gate_at_call, if the user asked for the call. Makes the gate, patches the
 * site, and sends the thread through the gate. Does only as much of this as is possible.
 */
enum gate_outcome gate_take_call(struct run *run, struct tracee *tracee);

#endif
