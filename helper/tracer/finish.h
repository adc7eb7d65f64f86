/* SPDX-License-Identifier: MIT */
/*
 * From the tracer's tables to the file: facts, completeness, writing, symbols.
 */
#ifndef SCPROF_HELPER_TRACER_FINISH_H
#define SCPROF_HELPER_TRACER_FINISH_H

#include "helper/tracer/tracer.h"

/*
 * The program begins: remembers its command line, removes an earlier profile under the name of the
 * one to come, and gives the log its name.
 */
void finish_begin(struct tracer *tracer);

/* Removes earlier profiles whose names @settings give to this run's profiles. */
void finish_clear_old(const struct settings *settings);

/*
 * tracer->before_last_exit: writes what there is while @last is held, and says so where it was
 * asked to.
 */
void finish_before_last_exit(struct tracer *tracer, const struct tracee *last);

/*
 * After the last exit: symbolises, writes again, reports to the launcher. Returns 0, or -errno when
 * the profile could not be written.
 */
int finish_profile(struct tracer *tracer);

/*
 * After the end of the run, when nobody waits any more: makes the profile that finish_profile has
 * written durable.
 */
void finish_sync(const struct tracer *tracer);

#endif
