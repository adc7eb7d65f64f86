/* SPDX-License-Identifier: MIT */
/*
 * The helper's side of the handshake (scprof/handshake.h): from the first word to a seized,
 * filtered tracee; everything that can fail is tried before the filter is in.
 */
#ifndef SCPROF_HELPER_TRACER_SEIZE_H
#define SCPROF_HELPER_TRACER_SEIZE_H

#include "helper/tracer/tracer.h"
#include "scprof/helper_spawn.h"

/*
 * Speaks with the tracee-to-be on SCPROF_SOCKET_FD, fills tracer->settings, seizes. Returns 0 when
 * event_loop_run may begin; or -errno when the tracee was told that it stays unprofiled.
 */
int seize_program(struct tracer *tracer, enum helper_way way);

#endif
