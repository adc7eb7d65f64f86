/* SPDX-License-Identifier: MIT */
/*
 * Calls to the helper: SCPROF_CALL with SCPROF_MAGIC. They come from the handshake at start-up
 * (scprof/handshake.h), from the gate, or from a program that labels its regions. They are not in
 * the profile.
 */
#ifndef SCPROF_HELPER_TRACER_MARKER_CALL_H
#define SCPROF_HELPER_TRACER_MARKER_CALL_H

#include <stdbool.h>
#include <stdint.h>

struct call;
struct tracer;
struct tracee;

bool marker_call_is(const struct call *call);
/* Returns true if the gate asks whether the program must see EINTR. */
bool marker_call_is_question(const struct call *call);
/*
 * The thread is about to make such a call. Returns true if the thread must stop again after the
 * call, because somebody waits for the answer.
 */
bool marker_call_enter(struct tracer *tracer, struct tracee *tracee);
/* The call has returned after @time_ns. */
void marker_call_exit(struct tracer *tracer, struct tracee *tracee, uint64_t time_ns);

#endif
