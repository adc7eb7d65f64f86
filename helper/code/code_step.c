/* SPDX-License-Identifier: MIT */
/*
 * All calls use one decoder, which the first call initialises.
 */
#include "helper/code/code_step.h"

static const ZydisDecoder *get_decoder(void)
{
	static ZydisDecoder decoder;
	static bool is_made;

	if (!is_made)
		ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
	is_made = true;
	return &decoder;
}

bool code_step_decode(uint64_t ip, code_read *read, void *argument, struct code_step *step)
{
	uint8_t code[CODE_READ_MAX];
	size_t size = read(ip, code, argument);

	return size && ZYAN_SUCCESS(ZydisDecoderDecodeFull(get_decoder(), code, size,
							   &step->instruction, step->operands));
}

int code_step_preserved(const ZydisDecodedOperand *operand)
{
	if (operand->type != ZYDIS_OPERAND_TYPE_REGISTER)
		return -1;
	switch (operand->reg.value) {
	case ZYDIS_REGISTER_RBX:
		return 3;
	case ZYDIS_REGISTER_RBP:
		return CODE_STEP_BP;
	case ZYDIS_REGISTER_R12:
		return 12;
	case ZYDIS_REGISTER_R13:
		return 13;
	case ZYDIS_REGISTER_R14:
		return 14;
	case ZYDIS_REGISTER_R15:
		return 15;
	default:
		return -1;
	}
}

bool code_step_is_register(const ZydisDecodedOperand *operand, ZydisRegister number)
{
	return operand->type == ZYDIS_OPERAND_TYPE_REGISTER && operand->reg.value == number;
}

bool code_step_writes(const struct code_step *step, ZydisRegister number)
{
	for (unsigned int i = 0; i < step->instruction.operand_count; i++)
		if (step->operands[i].type == ZYDIS_OPERAND_TYPE_REGISTER &&
		    step->operands[i].actions & ZYDIS_OPERAND_ACTION_MASK_WRITE &&
		    ZydisRegisterGetLargestEnclosing(ZYDIS_MACHINE_MODE_LONG_64,
						     step->operands[i].reg.value) == number)
			return true;
	return false;
}
