/* SPDX-License-Identifier: MIT */
/*
 * The position of a thread inside the gate.
 */
#ifndef SCPROF_HELPER_GATE_GATE_POSITION_H
#define SCPROF_HELPER_GATE_GATE_POSITION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/user.h>

/* Returns true if the gate makes the call that ends at @ip. */
bool gate_position_is_call(uint64_t ip);
/*
 * Returns true if the thread with @registers has made its call in the gate, and the area does not
 * hold the result yet. Then sets rax of @registers to the result.
 */
bool gate_position_has_returned(struct user_regs_struct *registers);

#endif
