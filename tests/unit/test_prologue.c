/* SPDX-License-Identifier: MIT */
/*
 * The first instructions of functions, as compilers write them, and the first ones of a program.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "helper/code/prologue.h"

#define START 0x401000u

#define PUSH_RBP    "\x55"
#define PUSH_R12    "\x41\x54"
#define PUSH_RBX    "\x53"
#define PUSH_RAX    "\x50"
#define POP_RBX	    "\x5b"
#define SUB_24	    "\x48\x83\xec\x18"		   /* sub $24,%rsp */
#define SUB_4096    "\x48\x81\xec\x00\x10\x00\x00" /* sub $4096,%rsp */
#define ADD_24	    "\x48\x83\xc4\x18"		   /* add $24,%rsp */
#define LEA_16	    "\x48\x8d\x64\x24\xf0"	   /* lea -16(%rsp),%rsp */
#define AND_RSP	    "\x48\x83\xe4\xf0"		   /* and $-16,%rsp */
#define SUB_RAX	    "\x48\x29\xc4"		   /* sub %rax,%rsp */
#define JE_5	    "\x74\x05"
#define CALL	    "\xe8\x00\x01\x00\x00"
#define RET	    "\xc3"
#define XOR_EBP	    "\x31\xed"
#define POP_RSI	    "\x5e"
#define MOV_RDI	    "\x48\xc7\xc7\x78\x56\x34\x12" /* mov $0x12345678,%rdi */
#define LEA_RDI	    "\x48\x8d\x3d\x10\x00\x00\x00" /* lea 16(%rip),%rdi */
#define MOV_RSP_RDI "\x48\x89\xe7"		   /* mov %rsp,%rdi */

static const uint8_t *code;
static size_t code_size;
static struct prologue prologue;

static size_t read_code(uint64_t addr, uint8_t *bytes, void *argument)
{
	size_t at = addr - START, size = at < code_size ? code_size - at : 0;

	(void)argument;
	size = size < CODE_READ_MAX ? size : CODE_READ_MAX;
	memcpy(bytes, code + at, size);
	return size;
}

/* Follows the code up to its last byte, which is the next instruction of the function. */
static bool follow(const char *bytes, size_t size)
{
	code = (const uint8_t *)bytes;
	code_size = size;
	return prologue_follow(START, START + size, read_code, NULL, &prologue);
}

#define FOLLOW(bytes) follow(bytes, sizeof(bytes) - 1)

Test(prologue, pushes_and_subtractions_make_the_frame)
{
	cr_assert(FOLLOW(PUSH_RBP PUSH_R12 PUSH_RBX SUB_24 CALL));
	cr_expect_eq(prologue.depth, 48);
	cr_expect_eq(prologue.saved_mask, 1u << 3 | 1u << 6 | 1u << 12);
	cr_expect_eq(prologue.saved[6], 8);
	cr_expect_eq(prologue.saved[12], 16);
	cr_expect_eq(prologue.saved[3], 24);
	cr_assert(FOLLOW(PUSH_RAX SUB_4096 LEA_16 CALL));
	cr_expect_eq(prologue.depth, 8 + 4096 + 16);
	cr_expect_eq(prologue.saved_mask, 0);
}

Test(prologue, after_a_return_the_frame_has_its_largest_size_again)
{
	cr_assert(FOLLOW(PUSH_RBX SUB_24 JE_5 ADD_24 POP_RBX RET CALL));
	cr_expect_eq(prologue.depth, 32);
	cr_expect_eq(prologue.saved[3], 8);
}

Test(prologue, a_frame_of_unknown_size_is_not_followed)
{
	cr_expect_not(FOLLOW(PUSH_RBP AND_RSP CALL));
	cr_expect_not(FOLLOW(PUSH_RBP SUB_RAX CALL));
	cr_expect_not(FOLLOW(POP_RBX CALL));
}

Test(prologue, an_instruction_must_begin_at_the_address_asked_for)
{
	code = (const uint8_t *)PUSH_RBX CALL;
	code_size = 6;
	cr_expect(prologue_follow(START, START + 6, read_code, NULL, &prologue));
	cr_expect(prologue_follow(START, START + 1, read_code, NULL, &prologue));
	cr_expect_not(prologue_follow(START, START + 3, read_code, NULL, &prologue));
	cr_expect_not(prologue_follow(START, START - 1, read_code, NULL, &prologue));
	cr_expect_not(prologue_follow(START, START + 100000, read_code, NULL, &prologue));
}

static uint64_t find_main(const char *bytes, size_t size)
{
	uint64_t start = 0;

	code = (const uint8_t *)bytes;
	code_size = size;
	return prologue_find_main(START, read_code, NULL, &start) ? start : 0;
}

#define FIND_MAIN(bytes) find_main(bytes, sizeof(bytes) - 1)

Test(prologue, the_first_instructions_of_a_program_contain_the_address_of_main)
{
	cr_expect_eq(FIND_MAIN(XOR_EBP POP_RSI MOV_RDI CALL), 0x12345678);
	cr_expect_eq(FIND_MAIN(XOR_EBP POP_RSI LEA_RDI CALL), START + 3 + 7 + 16);
	cr_expect_eq(FIND_MAIN(XOR_EBP CALL MOV_RDI), 0);
	cr_expect_eq(FIND_MAIN(XOR_EBP MOV_RSP_RDI CALL MOV_RDI), 0);
	cr_expect_eq(FIND_MAIN(XOR_EBP), 0);
}
