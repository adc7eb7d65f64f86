/* SPDX-License-Identifier: MIT */
/*
 * SCPROF_CALL with SCPROF_MAGIC: what those say that know of the helper, from start-up
 * (scprof/handshake.h) or from a program that names its regions. These calls are in no profile.
 */
#ifndef SCPROF_HELPER_TRACER_OWN_CALL_H
#define SCPROF_HELPER_TRACER_OWN_CALL_H

#include <stdbool.h>
#include <stdint.h>

struct call;
struct tracer;
struct tracee;

bool own_call_is(const struct call *call);
/*
 * The thread is about to make such a call. Returns true if the thread must stop again after the
 * call, because somebody waits for the answer.
 */
bool own_call_enter(struct tracer *tracer, struct tracee *tracee);
/* It has come back, after @time_ns. */
void own_call_exit(struct tracer *tracer, struct tracee *tracee, uint64_t time_ns);

#endif
