/* SPDX-License-Identifier: MIT */
/*
 * Writes the profile: facts, completeness, the file, and symbols.
 */
#ifndef SCPROF_HELPER_TRACER_FINISH_H
#define SCPROF_HELPER_TRACER_FINISH_H

#include "helper/tracer/tracer.h"

/*
 * The program starts. Stores its command line, removes an earlier profile with the same name, and
 * gives the log its name.
 */
void finish_begin(struct tracer *tracer);

/* Removes earlier profiles whose names @settings give to this run's profiles. */
void finish_clear_old(const struct settings *settings);

/*
 * For tracer->before_last_exit: writes the profile so far while @last is held, and reports that if
 * requested.
 */
void finish_before_last_exit(struct tracer *tracer, const struct tracee *last);

/*
 * To be called after the last exit: symbolises the profile, writes it again, and reports to the
 * launcher. Returns 0, or -errno if the profile could not be written.
 */
int finish_profile(struct tracer *tracer);

/*
 * To be called after the end of the run, when no process waits for the helper: makes the profile
 * that finish_profile has written durable.
 */
void finish_sync(const struct tracer *tracer);

#endif
