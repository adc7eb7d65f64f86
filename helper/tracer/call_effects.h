/* SPDX-License-Identifier: MIT */
/*
 * The effects of calls on the tracer: where code is, filters, and names.
 */
#ifndef SCPROF_HELPER_TRACER_CALL_EFFECTS_H
#define SCPROF_HELPER_TRACER_CALL_EFFECTS_H

#include "helper/tracer/tracer.h"

/* The kernel is about to make @call. Handles its meaning for files that the helper reads. */
void call_effects_before(const struct tracer *tracer, const struct call *call);
/* tracee->call has returned @result. Handles its effects on the tracer. */
void call_effects_after(struct tracer *tracer, struct tracee *tracee, int64_t result,
			bool is_error);

#endif
