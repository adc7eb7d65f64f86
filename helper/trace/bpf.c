/* SPDX-License-Identifier: MIT */
/*
 * Runs the instructions that seccomp_check_filter() in kernel/seccomp.c accepts. All jumps go
 * forward, so every program ends.
 */
#include "helper/trace/bpf.h"

#include <stddef.h>
#include <string.h>

struct machine {
	const struct seccomp_data *data;
	uint32_t a, x;
	uint32_t memory[BPF_MEMWORDS];
};

static bool is_load(const struct sock_filter *insn)
{
	return insn->code == (BPF_LD | BPF_W | BPF_ABS);
}

static bool load(struct machine *machine, uint32_t offset)
{
	if (offset % sizeof(uint32_t) || offset >= sizeof(*machine->data))
		return false;
	memcpy(&machine->a, (const char *)machine->data + offset, sizeof(machine->a));
	return true;
}

static bool calculate(struct machine *machine, uint16_t operation, uint32_t operand)
{
	switch (operation) {
	case BPF_ADD:
		machine->a += operand;
		return true;
	case BPF_SUB:
		machine->a -= operand;
		return true;
	case BPF_MUL:
		machine->a *= operand;
		return true;
	case BPF_DIV:
		machine->a = operand ? machine->a / operand : 0;
		return operand != 0;
	case BPF_AND:
		machine->a &= operand;
		return true;
	case BPF_OR:
		machine->a |= operand;
		return true;
	case BPF_XOR:
		machine->a ^= operand;
		return true;
	case BPF_LSH:
		machine->a <<= operand & 31; /* as the kernel does */
		return true;
	case BPF_RSH:
		machine->a >>= operand & 31;
		return true;
	case BPF_NEG:
		machine->a = -machine->a;
		return true;
	default:
		return false;
	}
}

/* Adds to *@at the number of instructions that the jump skips. */
static bool jump(const struct machine *machine, const struct sock_filter *insn, uint32_t operand,
		 uint32_t *at)
{
	bool is_true;

	switch (BPF_OP(insn->code)) {
	case BPF_JA:
		*at += insn->k;
		return insn->k < BPF_MAXINSNS;
	case BPF_JEQ:
		is_true = machine->a == operand;
		break;
	case BPF_JGT:
		is_true = machine->a > operand;
		break;
	case BPF_JGE:
		is_true = machine->a >= operand;
		break;
	case BPF_JSET:
		is_true = machine->a & operand;
		break;
	default:
		return false;
	}
	*at += is_true ? insn->jt : insn->jf;
	return true;
}

/* Executes any other instruction. */
static bool move(struct machine *machine, const struct sock_filter *insn)
{
	const bool is_in_memory = insn->k < BPF_MEMWORDS;

	switch (insn->code) {
	case BPF_LD | BPF_W | BPF_ABS:
		return load(machine, insn->k);
	case BPF_LD | BPF_W | BPF_LEN:
		machine->a = sizeof(*machine->data);
		return true;
	case BPF_LDX | BPF_W | BPF_LEN:
		machine->x = sizeof(*machine->data);
		return true;
	case BPF_LD | BPF_IMM:
		machine->a = insn->k;
		return true;
	case BPF_LDX | BPF_IMM:
		machine->x = insn->k;
		return true;
	case BPF_MISC | BPF_TAX:
		machine->x = machine->a;
		return true;
	case BPF_MISC | BPF_TXA:
		machine->a = machine->x;
		return true;
	case BPF_LD | BPF_MEM:
		machine->a = is_in_memory ? machine->memory[insn->k] : 0;
		return is_in_memory;
	case BPF_LDX | BPF_MEM:
		machine->x = is_in_memory ? machine->memory[insn->k] : 0;
		return is_in_memory;
	case BPF_ST:
		if (is_in_memory)
			machine->memory[insn->k] = machine->a;
		return is_in_memory;
	case BPF_STX:
		if (is_in_memory)
			machine->memory[insn->k] = machine->x;
		return is_in_memory;
	default:
		return false;
	}
}

bool bpf_run(const struct sock_filter *insns, uint32_t nr, const struct seccomp_data *data,
	     uint32_t *result)
{
	struct machine machine = { .data = data };

	for (uint32_t at = 0; at < nr; at++) {
		const struct sock_filter *insn = &insns[at];
		const uint32_t operand = BPF_SRC(insn->code) == BPF_X ? machine.x : insn->k;
		bool is_valid;

		if (BPF_CLASS(insn->code) == BPF_RET) {
			*result = BPF_RVAL(insn->code) == BPF_A ? machine.a : insn->k;
			return true;
		}
		if (BPF_CLASS(insn->code) == BPF_ALU)
			is_valid = calculate(&machine, BPF_OP(insn->code), operand);
		else if (BPF_CLASS(insn->code) == BPF_JMP)
			is_valid = jump(&machine, insn, operand, &at);
		else
			is_valid = move(&machine, insn);
		if (!is_valid)
			return false;
	}
	return false;
}

bool bpf_reads_ip(const struct sock_filter *insns, uint32_t nr)
{
	const uint32_t ip = offsetof(struct seccomp_data, instruction_pointer);

	for (uint32_t i = 0; i < nr; i++)
		if (is_load(&insns[i]) && insns[i].k - ip < sizeof(uint64_t))
			return true;
	return false;
}
