// SPDX-License-Identifier: MIT
/*
 * Code that compilers or programmers write after a call, up to the function's return.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "helper/code/epilogue.h"

#define START 0x1000u

static const uint8_t *code;
static size_t code_size;
static struct epilogue epilogue;

static size_t read_code(uint64_t addr, uint8_t *bytes, void *argument)
{
	size_t at = addr - START, size = at < code_size ? code_size - at : 0;

	(void)argument;
	size = size < CODE_READ_MAX ? size : CODE_READ_MAX;
	memcpy(bytes, code + at, size);
	return size;
}

static bool find(const char *bytes, size_t size)
{
	code = (const uint8_t *)bytes;
	code_size = size;
	return epilogue_find(START, true, read_code, NULL, &epilogue);
}

#define FIND(bytes) find(bytes, sizeof(bytes) - 1)

static void expect_place(const struct epilogue_place *place, bool is_of_fp, int64_t distance)
{
	cr_expect_eq(place->is_of_fp, is_of_fp);
	cr_expect_eq(place->distance, distance);
}

Test(epilogue, registers_and_return_address_are_popped)
{
	/* add $24,%rsp; pop %rbx; pop %rbp; pop %r12; ret */
	cr_assert(FIND("\x48\x83\xc4\x18\x5b\x5d\x41\x5c\xc3"));
	expect_place(&epilogue.return_addr, false, 48);
	cr_expect_eq(epilogue.saved_mask, 1u << 3 | 1u << 6 | 1u << 12);
	expect_place(&epilogue.saved[3], false, 24);
	expect_place(&epilogue.saved[6], false, 32);
	expect_place(&epilogue.saved[12], false, 40);
}

Test(epilogue, a_frame_pointer_leads_to_the_return_address)
{
	/* lea -8(%rbp),%rsp; pop %rbx; pop %rbp; ret */
	cr_assert(FIND("\x48\x8d\x65\xf8\x5b\x5d\xc3"));
	expect_place(&epilogue.return_addr, true, 8);
	expect_place(&epilogue.saved[3], true, -8);
	expect_place(&epilogue.saved[6], true, 0);
	/* leave; ret */
	cr_assert(FIND("\xc9\xc3"));
	expect_place(&epilogue.return_addr, true, 8);
	expect_place(&epilogue.saved[6], true, 0);
}

Test(epilogue, a_frame_pointer_that_has_changed_leads_nowhere)
{
	/* mov %rax,%rbp; leave; ret */
	cr_expect_not(FIND("\x48\x89\xc5\xc9\xc3"));
}

Test(epilogue, saved_registers_may_be_loaded)
{
	/* mov 8(%rsp),%rbx; add $16,%rsp; ret */
	cr_assert(FIND("\x48\x8b\x5c\x24\x08\x48\x83\xc4\x10\xc3"));
	expect_place(&epilogue.return_addr, false, 16);
	expect_place(&epilogue.saved[3], false, 8);
}

Test(epilogue, a_path_that_does_not_return_is_left_for_another)
{
	/* test %eax,%eax; je 1f; ud2; 1: pop %rbx; ret */
	cr_assert(FIND("\x85\xc0\x74\x02\x0f\x0b\x5b\xc3"));
	expect_place(&epilogue.return_addr, false, 8);
	/* 1: test %eax,%eax; jne 2f; jmp 1b; 2: pop %rbx; ret */
	cr_assert(FIND("\x85\xc0\x75\x02\xeb\xfa\x5b\xc3"));
	expect_place(&epilogue.return_addr, false, 8);
}

Test(epilogue, an_endless_loop_has_no_epilogue)
{
	/* 1: jmp 1b */
	cr_expect_not(FIND("\xeb\xfe"));
	/* 1: call 1b; jmp 1b */
	cr_expect_not(FIND("\xe8\xfb\xff\xff\xff\xeb\xf9"));
}

Test(epilogue, a_call_that_does_not_return_is_the_last_instruction)
{
	/* nop; and the next function: pop %rbx; ret */
	cr_expect_not(FIND("\x90\x5b\xc3"));
	/* call 0; endbr64; ret */
	cr_expect_not(FIND("\xe8\0\0\0\0\xf3\x0f\x1e\xfa\xc3"));
	/* call 0; push %rbx; pop %rbx; ret */
	cr_expect_not(FIND("\xe8\0\0\0\0\x53\x5b\xc3"));
}

Test(epilogue, a_stack_pointer_that_is_computed_cannot_be_followed)
{
	/* lea (%rsp,%rax,8),%rsp; ret */
	cr_expect_not(FIND("\x48\x8d\x24\xc4\xc3"));
	/* mov %rcx,%rsp; ret */
	cr_expect_not(FIND("\x48\x89\xcc\xc3"));
	/* jmp *%rax */
	cr_expect_not(FIND("\xff\xe0"));
}

Test(epilogue, a_hlt_instruction_after_the_call_ends_a_thread)
{
	/* mov %eax,%edi; xor %eax,%eax; mov $60,%al; syscall; hlt */
	cr_expect_not(FIND("\x89\xc7\x31\xc0\xb0\x3c\x0f\x05\xf4"));
	cr_expect(epilogue_is_thread_end(START, read_code, NULL));
	/* pop %rbx; ret; hlt */
	cr_expect(FIND("\x5b\xc3\xf4"));
	cr_expect_not(epilogue_is_thread_end(START, read_code, NULL));
	/* call 0; hlt */
	cr_expect_not(FIND("\xe8\0\0\0\0\xf4"));
	cr_expect_not(epilogue_is_thread_end(START, read_code, NULL));
}
