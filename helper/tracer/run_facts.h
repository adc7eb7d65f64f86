/* SPDX-License-Identifier: MIT */
/*
 * The facts of a profile (doc/profile-format.md): what ran, how it was measured, how complete it
 * is.
 */
#ifndef SCPROF_HELPER_TRACER_RUN_FACTS_H
#define SCPROF_HELPER_TRACER_RUN_FACTS_H

#include "helper/tracer/tracer.h"

/* The program begins: sets the facts `command` and `executable`. */
void run_facts_note_command(struct tracer *tracer);
/* Sets all other facts in the profile, from what is known until now. */
void run_facts_set(struct tracer *tracer);

#endif
