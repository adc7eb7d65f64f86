/* SPDX-License-Identifier: MIT */
/*
 * Reads the instructions one after the other, without following branches. Code after a return or a
 * jump is the target of an earlier branch in the function. Its frame is assumed to be the largest
 * that the function had so far.
 */
#include "helper/code/prologue.h"

#include "helper/code/code_step.h"

#define MAX_SIZE	 8192 /* bytes of code */
#define MAX_INSTRUCTIONS 2048
#define MAX_ENTRY	 16 /* instructions where a program begins */

struct way {
	struct prologue *prologue;
	uint64_t largest; /* depth so far */
};

static void see_push(struct prologue *prologue, const struct code_step *step)
{
	int number = code_step_preserved(&step->operands[0]);

	prologue->depth += 8;
	if (number < 0 || prologue->saved_mask & 1u << number)
		return;
	prologue->saved_mask |= 1u << number;
	prologue->saved[number] = prologue->depth;
}

/*
 * Handles an instruction that writes the stack pointer. Returns false if its effect is unknown.
 */
static bool see_stack_change(struct prologue *prologue, const struct code_step *step)
{
	const ZydisDecodedOperand *operands = step->operands;

	switch (step->instruction.mnemonic) {
	case ZYDIS_MNEMONIC_PUSH:
		see_push(prologue, step);
		return true;
	case ZYDIS_MNEMONIC_POP:
		prologue->depth -= 8;
		return !code_step_is_register(&operands[0], ZYDIS_REGISTER_RSP);
	case ZYDIS_MNEMONIC_ADD:
	case ZYDIS_MNEMONIC_SUB:
		if (operands[1].type != ZYDIS_OPERAND_TYPE_IMMEDIATE)
			return false;
		prologue->depth += step->instruction.mnemonic == ZYDIS_MNEMONIC_SUB
					   ? operands[1].imm.value.u
					   : -operands[1].imm.value.u;
		return true;
	case ZYDIS_MNEMONIC_LEA:
		prologue->depth -= (uint64_t)operands[1].mem.disp.value;
		return operands[1].mem.base == ZYDIS_REGISTER_RSP &&
		       operands[1].mem.index == ZYDIS_REGISTER_NONE;
	default:
		return false;
	}
}

static bool is_end_of_way(const ZydisDecodedInstruction *instruction)
{
	return instruction->meta.category == ZYDIS_CATEGORY_RET ||
	       instruction->meta.category == ZYDIS_CATEGORY_UNCOND_BR ||
	       instruction->mnemonic == ZYDIS_MNEMONIC_HLT ||
	       instruction->mnemonic == ZYDIS_MNEMONIC_UD2;
}

static bool follow(struct way *way, const struct code_step *step)
{
	struct prologue *prologue = way->prologue;

	if (is_end_of_way(&step->instruction)) {
		prologue->depth = way->largest;
		return true;
	}
	if (step->instruction.meta.category == ZYDIS_CATEGORY_CALL)
		return true;
	if (code_step_writes(step, ZYDIS_REGISTER_RSP) && !see_stack_change(prologue, step))
		return false;
	if ((int64_t)prologue->depth < 0)
		return false;
	if (prologue->depth > way->largest)
		way->largest = prologue->depth;
	return true;
}

bool prologue_follow(uint64_t start, uint64_t ip, code_read *read, void *argument,
		     struct prologue *prologue)
{
	struct way way = { .prologue = prologue };
	struct code_step step;

	*prologue = (struct prologue){ .depth = 0 };
	if (ip < start || ip - start > MAX_SIZE)
		return false;
	for (unsigned int i = 0; start < ip && i < MAX_INSTRUCTIONS; i++) {
		if (!code_step_decode(start, read, argument, &step) || !follow(&way, &step))
			return false;
		start += step.instruction.length;
	}
	return start == ip;
}

/* Returns true for `mov $start,%rdi` and for `lea start(%rip),%rdi`, which ends at @end. */
static bool loads_address(const struct code_step *step, uint64_t end, uint64_t *start)
{
	const ZydisDecodedOperand *from = &step->operands[1];

	if (!code_step_writes(step, ZYDIS_REGISTER_RDI))
		return false;
	if (step->instruction.mnemonic == ZYDIS_MNEMONIC_MOV &&
	    from->type == ZYDIS_OPERAND_TYPE_IMMEDIATE) {
		*start = from->imm.value.u;
		return true;
	}
	*start = end + (uint64_t)from->mem.disp.value;
	return step->instruction.mnemonic == ZYDIS_MNEMONIC_LEA &&
	       from->mem.base == ZYDIS_REGISTER_RIP;
}

bool prologue_find_main(uint64_t entry, code_read *read, void *argument, uint64_t *start)
{
	struct code_step step;

	for (unsigned int i = 0; i < MAX_ENTRY; i++) {
		if (!code_step_decode(entry, read, argument, &step) ||
		    step.instruction.meta.category == ZYDIS_CATEGORY_CALL)
			return false;
		entry += step.instruction.length;
		if (loads_address(&step, entry, start))
			return true;
	}
	return false;
}
