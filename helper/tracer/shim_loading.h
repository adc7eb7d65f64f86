/* SPDX-License-Identifier: MIT */
/*
 * Recognizes the calls that are scprof's own and not the program's: libscprof.so makes some, and
 * ld.so makes others to load it. They occur only if the user preloads the library, and are never in
 * the profile.
 */
#ifndef SCPROF_HELPER_TRACER_SHIM_LOADING_H
#define SCPROF_HELPER_TRACER_SHIM_LOADING_H

#include "helper/space/tracee.h"

/* Returns true if scprof makes the call that @tracee is about to make, in tracee->call. */
bool shim_loading_owns_call(struct tracee *tracee);
/* Such a call has returned @result. */
void shim_loading_see_result(struct tracee *tracee, int64_t result, bool is_error);

#endif
