/* SPDX-License-Identifier: MIT */
/*
 * How system calls reach the helper, unless the gate makes them. There are several ways. The helper
 * chooses one when it seizes the program, and the profile says which.
 */
#ifndef SCPROF_HELPER_TRACER_INTERCEPT_H
#define SCPROF_HELPER_TRACER_INTERCEPT_H

#include "helper/tracer/tracer.h"

/*
 * The program has been seized. Chooses a way, and makes the program's calls stop. Returns 0, or
 * -errno and in *@text why, if there is more to say than errno does. The caller frees it.
 */
int intercept_begin(struct tracer *tracer, char **text);
/* To be called if intercept_begin has failed: the program continues without a tracer. */
void intercept_end(struct tracer *tracer);

/* Returns true if @tracee stops at the exit of its call even if the helper does not ask for it. */
bool intercept_stops_at_exits(const struct tracer *tracer, const struct tracee *tracee);
/* Lets @tracee run to its next stop, with @signal delivered to it (0: none). */
void intercept_resume(const struct tracer *tracer, struct tracee *tracee, int signal);
/* Returns the word that names the way. */
const char *intercept_name(const struct tracer *tracer);

#endif
