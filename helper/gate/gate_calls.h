/* SPDX-License-Identifier: MIT */
/*
 * Which system calls the gate makes, and what it must know of each.
 */
#ifndef SCPROF_HELPER_GATE_GATE_CALLS_H
#define SCPROF_HELPER_GATE_GATE_CALLS_H

#include <stdint.h>

#include "helper/base/settings.h"

/* Once the settings are known. */
void gate_calls_init(const struct settings *settings);
/* Returns GATE_CALL_* of each number below GATE_NR_CALLS (scprof/gate.h). */
const uint8_t *gate_calls(void);

#endif
