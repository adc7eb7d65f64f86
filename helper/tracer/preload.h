/* SPDX-License-Identifier: MIT */
/*
 * Which calls are not the program's but scprof's: those of libscprof.so itself, and those that
 * ld.so makes to load it. They are made only when the user preloads the library, and never stand in
 * the profile.
 */
#ifndef SCPROF_HELPER_TRACER_PRELOAD_H
#define SCPROF_HELPER_TRACER_PRELOAD_H

#include "helper/space/tracee.h"

/* True when the call that @tracee is about to make, in tracee->call, is scprof's own. */
bool preload_owns_call(struct tracee *tracee);
/* Such a call has returned @result. */
void preload_see_result(struct tracee *tracee, int64_t result, bool is_error);

#endif
