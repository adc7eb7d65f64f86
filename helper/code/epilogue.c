/* SPDX-License-Identifier: MIT */
/*
 * This assumes that each call returns with the stack pointer that it had before. At a conditional
 * branch, it first follows the path without the branch. If invalid bytes or the beginning of a
 * function follow a call, that call does not return.
 */
#include "helper/code/epilogue.h"

#include "helper/code/code_step.h"

#define MAX_INSTRUCTIONS 2048 /* on all paths together */
#define MAX_WAYS	 32   /* paths that are left for later */
#define MAX_TARGETS	 256  /* remembered branch targets, so that none is followed twice */
#define MAX_END		 8    /* instructions to the end of a thread */
#define REGISTER_BP	 CODE_STEP_BP

struct way {
	uint64_t ip;
	struct epilogue_place sp; /* the current position of the stack pointer */
	bool has_other_fp;	  /* the frame pointer has another value than that of the frame */
	bool is_behind_call;
	struct epilogue epilogue;
};

enum result { GOES_ON, RETURNS, IS_LOST };

struct ways {
	struct way left[MAX_WAYS];
	unsigned int nr_left;
	uint64_t targets[MAX_TARGETS];
	unsigned int nr_targets;
};

static void restore(struct way *way, int number, struct epilogue_place place)
{
	if (number < 0)
		return;
	way->epilogue.saved_mask |= 1u << number;
	way->epilogue.saved[number] = place;
	way->has_other_fp |= number == REGISTER_BP;
}

/*
 * Handles `mov distance(%rsp),%register`, and the same with a frame pointer. Returns false for
 * other instructions.
 */
static bool see_load(struct way *way, const struct code_step *step)
{
	const ZydisDecodedOperand *from = &step->operands[1];
	int number = code_step_preserved(&step->operands[0]);
	struct epilogue_place place = way->sp;

	if (step->instruction.mnemonic != ZYDIS_MNEMONIC_MOV || number < 0 ||
	    from->type != ZYDIS_OPERAND_TYPE_MEMORY || from->mem.index != ZYDIS_REGISTER_NONE)
		return false;
	if (from->mem.base == ZYDIS_REGISTER_RBP && !way->has_other_fp)
		place = (struct epilogue_place){ .is_of_fp = true };
	else if (from->mem.base != ZYDIS_REGISTER_RSP)
		return false;
	place.distance += from->mem.disp.value;
	restore(way, number, place);
	return true;
}

/* Sets the stack pointer to @distance from the frame pointer. */
static enum result take_frame_pointer(struct way *way, int64_t distance)
{
	if (way->has_other_fp)
		return IS_LOST;
	way->sp = (struct epilogue_place){ .is_of_fp = true, .distance = distance };
	return GOES_ON;
}

/* Handles an instruction that writes the stack pointer and is not a branch. */
static enum result see_stack_change(struct way *way, const struct code_step *step)
{
	const ZydisDecodedOperand *operands = step->operands;

	switch (step->instruction.mnemonic) {
	case ZYDIS_MNEMONIC_PUSH:
		way->sp.distance -= 8;
		return GOES_ON;
	case ZYDIS_MNEMONIC_POP:
		restore(way, code_step_preserved(&operands[0]), way->sp);
		way->sp.distance += 8;
		return code_step_is_register(&operands[0], ZYDIS_REGISTER_RSP) ? IS_LOST : GOES_ON;
	case ZYDIS_MNEMONIC_ADD:
	case ZYDIS_MNEMONIC_SUB:
		if (operands[1].type != ZYDIS_OPERAND_TYPE_IMMEDIATE)
			return IS_LOST;
		way->sp.distance += step->instruction.mnemonic == ZYDIS_MNEMONIC_ADD
					    ? operands[1].imm.value.s
					    : -operands[1].imm.value.s;
		return GOES_ON;
	case ZYDIS_MNEMONIC_LEA:
		if (operands[1].mem.index != ZYDIS_REGISTER_NONE)
			return IS_LOST;
		if (operands[1].mem.base == ZYDIS_REGISTER_RBP)
			return take_frame_pointer(way, operands[1].mem.disp.value);
		way->sp.distance += operands[1].mem.disp.value;
		return operands[1].mem.base == ZYDIS_REGISTER_RSP ? GOES_ON : IS_LOST;
	case ZYDIS_MNEMONIC_MOV:
		return code_step_is_register(&operands[1], ZYDIS_REGISTER_RBP)
			       ? take_frame_pointer(way, 0)
			       : IS_LOST;
	case ZYDIS_MNEMONIC_LEAVE:
		if (take_frame_pointer(way, 0) == IS_LOST)
			return IS_LOST;
		restore(way, REGISTER_BP, way->sp);
		way->sp.distance += 8;
		return GOES_ON;
	default:
		return IS_LOST;
	}
}

/* Returns true if the code is never executed, because it follows a call that does not return. */
static bool is_dead(const struct code_step *step)
{
	switch (step->instruction.mnemonic) {
	case ZYDIS_MNEMONIC_NOP:
	case ZYDIS_MNEMONIC_INT3:
	case ZYDIS_MNEMONIC_ENDBR64:
		return true;
	case ZYDIS_MNEMONIC_PUSH:
		return code_step_preserved(&step->operands[0]) >= 0;
	case ZYDIS_MNEMONIC_XCHG: /* a nop of two bytes */
		return code_step_is_register(&step->operands[0], ZYDIS_REGISTER_AX) &&
		       code_step_is_register(&step->operands[1], ZYDIS_REGISTER_AX);
	default:
		return false;
	}
}

static bool is_end(ZydisMnemonic mnemonic)
{
	return mnemonic == ZYDIS_MNEMONIC_HLT || mnemonic == ZYDIS_MNEMONIC_UD2 ||
	       mnemonic == ZYDIS_MNEMONIC_INT3;
}

/* Returns false if @target was seen before, or cannot be stored. */
static bool note_target(struct ways *ways, uint64_t target)
{
	for (unsigned int i = 0; i < ways->nr_targets; i++)
		if (ways->targets[i] == target)
			return false;
	if (ways->nr_targets == MAX_TARGETS)
		return false;
	ways->targets[ways->nr_targets++] = target;
	return true;
}

/* Handles a branch. @target is its target, if it has a displacement. */
static enum result see_branch(struct way *way, const struct code_step *step, uint64_t target,
			      struct ways *ways)
{
	const ZydisDecodedInstruction *instruction = &step->instruction;

	if (instruction->meta.category == ZYDIS_CATEGORY_RET) {
		way->epilogue.return_addr = way->sp;
		return RETURNS;
	}
	if (instruction->meta.category == ZYDIS_CATEGORY_CALL) {
		way->is_behind_call = true;
		return GOES_ON;
	}
	if (!instruction->raw.imm[0].is_relative)
		return IS_LOST;
	if (instruction->meta.category == ZYDIS_CATEGORY_UNCOND_BR) {
		way->ip = target;
		return note_target(ways, target) ? GOES_ON : IS_LOST;
	}
	if (ways->nr_left < MAX_WAYS && note_target(ways, target)) {
		ways->left[ways->nr_left] = *way;
		ways->left[ways->nr_left++].ip = target;
	}
	return GOES_ON;
}

static enum result follow(struct way *way, const struct code_step *step, struct ways *ways)
{
	const ZydisDecodedInstruction *instruction = &step->instruction;
	bool was_behind_call = way->is_behind_call;

	if (is_end(instruction->mnemonic) || (was_behind_call && is_dead(step)))
		return IS_LOST;
	way->is_behind_call = false;
	way->ip += instruction->length;
	switch (instruction->meta.category) {
	case ZYDIS_CATEGORY_RET:
	case ZYDIS_CATEGORY_CALL:
	case ZYDIS_CATEGORY_COND_BR:
	case ZYDIS_CATEGORY_UNCOND_BR:
		return see_branch(way, step, way->ip + (uint64_t)instruction->raw.imm[0].value.s,
				  ways);
	default:
		break;
	}
	if (code_step_writes(step, ZYDIS_REGISTER_RSP))
		return see_stack_change(way, step);
	if (!see_load(way, step))
		way->has_other_fp |= code_step_writes(step, ZYDIS_REGISTER_RBP);
	return GOES_ON;
}

bool epilogue_find(uint64_t ip, bool has_called, code_read *read, void *argument,
		   struct epilogue *epilogue)
{
	struct ways ways = { .left[0] = { .ip = ip, .is_behind_call = has_called }, .nr_left = 1 };
	unsigned int nr = 0;

	while (ways.nr_left && nr < MAX_INSTRUCTIONS) {
		struct way way = ways.left[--ways.nr_left];
		enum result result = GOES_ON;
		struct code_step step;

		while (result == GOES_ON && nr++ < MAX_INSTRUCTIONS)
			result = code_step_decode(way.ip, read, argument, &step)
					 ? follow(&way, &step, &ways)
					 : IS_LOST;
		*epilogue = way.epilogue;
		if (result == RETURNS)
			return true;
	}
	return false;
}

bool epilogue_is_thread_end(uint64_t ip, code_read *read, void *argument)
{
	struct code_step step;

	for (int i = 0; i < MAX_END && code_step_decode(ip, read, argument, &step); i++) {
		if (step.instruction.mnemonic == ZYDIS_MNEMONIC_HLT)
			return true;
		if (step.instruction.meta.category == ZYDIS_CATEGORY_RET ||
		    step.instruction.meta.category == ZYDIS_CATEGORY_CALL ||
		    step.instruction.raw.imm[0].is_relative)
			return false;
		ip += step.instruction.length;
	}
	return false;
}
