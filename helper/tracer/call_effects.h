/* SPDX-License-Identifier: MIT */
/*
 * Updates what the tracer knows after calls: where code is, which filters exist, and names.
 */
#ifndef SCPROF_HELPER_TRACER_CALL_EFFECTS_H
#define SCPROF_HELPER_TRACER_CALL_EFFECTS_H

#include "helper/tracer/tracer.h"

/*
 * The kernel is about to make @call. If traced processes may then watch or serve files, the helper
 * reads files more carefully from now on (helper/elf/direct.h).
 */
void call_effects_before(const struct tracer *tracer, const struct call *call);
/* tracee->call has returned @result. Handles its effects on the tracer. */
void call_effects_after(struct tracer *tracer, struct tracee *tracee, int64_t result,
			bool is_error);

#endif
