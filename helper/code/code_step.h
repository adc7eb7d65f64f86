/* SPDX-License-Identifier: MIT */
/*
 * Decodes single instructions, to find out what they do with the stack frame.
 */
#ifndef SCPROF_HELPER_CODE_CODE_STEP_H
#define SCPROF_HELPER_CODE_CODE_STEP_H

#include <Zydis/Zydis.h>
#include <stdbool.h>
#include <stdint.h>

#include "helper/code/code_read.h"

#define CODE_STEP_BP 6 /* the DWARF number of rbp */

struct code_step {
	ZydisDecodedInstruction instruction;
	ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
};

/* Decodes the instruction at @ip. Returns false if there is none, or if it cannot be read. */
bool code_step_decode(uint64_t ip, code_read *read, void *argument, struct code_step *step);
/* Returns the DWARF number of a register that functions must preserve, or -1. */
int code_step_preserved(const ZydisDecodedOperand *operand);
bool code_step_is_register(const ZydisDecodedOperand *operand, ZydisRegister number);
/* Returns true if the instruction writes register @number, which has 64 bits, or a part of it. */
bool code_step_writes(const struct code_step *step, ZydisRegister number);

#endif
