/* SPDX-License-Identifier: MIT */
/*
 * The helper's side of the handshake (scprof/handshake.h), up to a seized tracee with a filter.
 * Everything that can fail is tried before the filter is installed.
 */
#ifndef SCPROF_HELPER_TRACER_SEIZE_H
#define SCPROF_HELPER_TRACER_SEIZE_H

#include "helper/tracer/tracer.h"
#include "scprof/helper_spawn.h"

/*
 * Communicates with the future tracee on SCPROF_SOCKET_FD, fills in tracer->settings, and seizes
 * the process. Returns 0 if tracer_run may begin. Otherwise tells the process that it is not
 * profiled, and returns -errno.
 */
int seize_program(struct tracer *tracer, enum helper_way way);

#endif
