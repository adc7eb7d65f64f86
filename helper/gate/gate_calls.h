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
 * To be called once, after the settings have been read. @is_dispatching says that the helper uses
 * Syscall User Dispatch. Then the helper must see what the program does to SIGSYS
 * (helper/tracer/dispatch.h), and the gate makes the calls that end a thread. @has_log says that
 * the user wants a log. A log contains the stack traces of the calls that end a thread, so these
 * calls stop then.
 */
void gate_calls_init(const struct settings *settings, bool is_dispatching, bool has_log);
/* Returns the GATE_CALL_* flags of each number below GATE_NR_CALLS (scprof/gate.h). */
const uint8_t *gate_calls(void);

#endif
