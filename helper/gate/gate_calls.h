/* SPDX-License-Identifier: MIT */
/*
 * Which system calls the gate makes, and what it must know about each.
 */
#ifndef SCPROF_HELPER_GATE_GATE_CALLS_H
#define SCPROF_HELPER_GATE_GATE_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/base/settings.h"

/*
 * To be called when the settings are known. @is_dispatching says that Syscall User Dispatch is
 * used. Then the helper must know what the program does to SIGSYS (helper/tracer/dispatch.h), and
 * the gate makes the calls that end a thread. But a log has the stacks of these calls, so with
 * @has_log they stop.
 */
void gate_calls_init(const struct settings *settings, bool is_dispatching, bool has_log);
/* Returns the GATE_CALL_* flags of each number below GATE_NR_CALLS (scprof/gate.h). */
const uint8_t *gate_calls(void);

#endif
