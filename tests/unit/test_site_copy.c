/* SPDX-License-Identifier: MIT */
/*
 * Which instructions before a call may be executed in the stub instead, and the bytes that are then written. All
 * functions are at FUNCTION_ADDR.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "helper/code/site_copy.h"
#include "helper/gate/fast_memory.h"
#include "helper/gate/fast_patch.h"

#define FUNCTION_ADDR 0x401000u

#define SYSCALL	      "\x0f\x05"
#define RET	      "\xc3"
#define NOP	      "\x90"
#define STORE_R11     "\x4c\x89\x5c\x24\x08"		 /* mov %r11,8(%rsp) */
#define LOAD_RAX      "\x48\x8b\x44\x24\x10"		 /* mov 16(%rsp),%rax */
#define LEA_RSI	      "\x48\x8d\x74\x24\x08"		 /* lea 8(%rsp),%rsi */
#define MOV_EDI	      "\xbf\x01\x00\x00\x00"		 /* mov $1,%edi */
#define MOVQ_RAX      "\x48\xc7\xc0\x27\x00\x00\x00"	 /* mov $39,%rax */
#define MOVABS	      "\x48\xbf\1\2\3\4\5\6\7\x08"	 /* movabs $…,%rdi */
#define STORE_12      "\x48\xc7\x84\x24\1\0\0\0\2\0\0\0" /* movq $2,1(%rsp) */
#define LOAD_FS	      "\x64\x48\x8b\x04\x25\x28\0\0\0"	 /* mov %fs:0x28,%rax */
#define MOV_4	      "\x48\x8b\x7f\x08"		 /* mov 8(%rdi),%rdi */
#define STORE_XMM0    "\x0f\x11\x83\xd8\x02\x00\x00"	 /* movups %xmm0,728(%rbx) */
#define LOAD_XMM0     "\xf3\x0f\x6f\x44\x24\x10"	 /* movdqu 16(%rsp),%xmm0 */
#define XMM0_RELATIVE "\x0f\x28\x05\x00\x01\x00\x00"	 /* movaps x(%rip),%xmm0 */
#define ADD_XMM0      "\x0f\x58\x44\x24\x10"		 /* addps 16(%rsp),%xmm0 */
#define LEA_R9	      "\x4c\x8d\x0d\xf0\xff\xff\xff"	 /* lea -16(%rip),%r9 */
#define LEA_EDI	      "\x40\x8d\x3d\x00\x01\x00\x00"	 /* lea x(%rip),%edi */
#define LOAD_RELATIVE "\x48\x8b\x3d\x00\x01\x00\x00"	 /* mov x(%rip),%rdi */
#define LEA_RELATIVE  "\x48\x8d\x3d\x00\x01\x00\x00"	 /* lea x(%rip),%rdi */
#define CALL	      "\xe8\x00\x10\x00\x00"
#define ADD_EAX	      "\x05\x01\x00\x00\x00" /* add $1,%eax */
#define CMPXCHG	      "\xf0\x48\x0f\xb1\x0f" /* lock cmpxchg %rcx,(%rdi) */
#define XBEGIN	      "\xc7\xf8\x00\x00\x00\x00"
#define MOV_SEGMENT   "\x8e\x9c\x24\x08\x00\x00\x00" /* mov 8(%rsp),%ds */
#define PUSH	      "\x68\x01\x00\x00\x00"
#define JE	      "\x74" /* followed by an 8-bit displacement */

static bool classify(const char *bytes, size_t size, struct site *site)
{
	const char *call = memmem(bytes, size, SYSCALL, strlen(SYSCALL));
	uint64_t ip = FUNCTION_ADDR + (uint64_t)(call - bytes) + strlen(SYSCALL);
	uint8_t *code = malloc(size);
	const struct site_extent extent = {
		.code = code,
		.size = size,
		.addr = FUNCTION_ADDR,
		.function_end = FUNCTION_ADDR + size,
	};
	bool is_found;

	memcpy(code, bytes, size); /* so that AddressSanitizer sees a read past the end */
	*site = (struct site){ .shape = SITE_UNPATCHABLE };
	is_found = site_copy_classify(&extent, ip, site);
	free(code);
	cr_assert_eq(is_found, site->shape == SITE_COPY);
	if (is_found) {
		cr_assert_eq(site->patch_addr, ip - strlen(SYSCALL) - site->copy_size);
		cr_assert_eq(site->syscall_addr, ip - strlen(SYSCALL));
		cr_assert_eq(site->return_addr, ip);
		cr_assert_arr_eq(site->copy, call - site->copy_size, site->copy_size);
	}
	return is_found;
}

static struct site site;

#define CLASSIFY(bytes)	      classify(bytes, sizeof(bytes) - 1, &site)
#define EXPECT_COPY(bytes)    cr_expect(CLASSIFY(NOP bytes SYSCALL RET))
#define EXPECT_NO_COPY(bytes) cr_expect_not(CLASSIFY(NOP bytes SYSCALL RET))

Test(site_copy, moves_of_general_registers_are_copied)
{
	EXPECT_COPY(STORE_R11);
	EXPECT_COPY(LOAD_RAX);
	EXPECT_COPY(LEA_RSI);
	EXPECT_COPY(MOV_EDI);
	EXPECT_COPY(MOVQ_RAX);
	EXPECT_COPY(MOVABS);
	EXPECT_COPY(STORE_12);
	EXPECT_COPY(LOAD_FS);
}

Test(site_copy, moves_of_vector_registers_are_copied)
{
	EXPECT_COPY(STORE_XMM0);
	EXPECT_COPY(LOAD_XMM0);
}

Test(site_copy, what_is_shorter_than_a_jump_is_not_copied)
{
	EXPECT_NO_COPY(MOV_4);
	EXPECT_NO_COPY("");
	cr_expect_not(CLASSIFY(SYSCALL RET));
}

Test(site_copy, what_means_something_else_elsewhere_is_not_copied)
{
	EXPECT_NO_COPY(LOAD_RELATIVE);
	EXPECT_NO_COPY(LEA_EDI);
	EXPECT_NO_COPY(XMM0_RELATIVE);
	EXPECT_NO_COPY(CALL);
	EXPECT_NO_COPY(XBEGIN);
}

Test(site_copy, other_instructions_are_not_copied)
{
	EXPECT_NO_COPY(ADD_EAX);
	EXPECT_NO_COPY(ADD_XMM0);
	EXPECT_NO_COPY(CMPXCHG);
	EXPECT_NO_COPY(MOV_SEGMENT);
	EXPECT_NO_COPY(PUSH);
}

Test(site_copy, nothing_may_land_behind_the_first_byte)
{
	cr_expect_not(CLASSIFY(JE "\x01" STORE_R11 SYSCALL RET));
	cr_expect(CLASSIFY(JE "\x00" STORE_R11 SYSCALL RET));
	cr_expect(CLASSIFY(JE "\x05" STORE_R11 SYSCALL RET));
}

Test(site_copy, code_may_not_refer_to_what_is_behind_the_first_byte)
{
	/* lea -9(%rip),%rdi after the ret */
	cr_expect_not(CLASSIFY(STORE_R11 SYSCALL "\x48\x8d\x3d\xf6\xff\xff\xff" RET));
	/* lea to the first byte */
	cr_expect(CLASSIFY(STORE_R11 SYSCALL "\x48\x8d\x3d\xf2\xff\xff\xff" RET));
}

Test(site_copy, the_jump_replaces_the_first_five_bytes)
{
	uint8_t bytes[SITE_MAX_PATCH];

	cr_assert(CLASSIFY(MOVQ_RAX SYSCALL RET));
	cr_assert_eq(site_patch_bytes(&site, FUNCTION_ADDR + 5 + 0x1234, bytes), 5);
	cr_assert_arr_eq(bytes, "\xe9\x34\x12\x00\x00", 5);
	cr_assert_eq(site_original_bytes(&site, bytes), 5);
	cr_assert_arr_eq(bytes, MOVQ_RAX, 5);
	cr_assert(fast_patch_has_original(&site, (const uint8_t *)MOVQ_RAX SYSCALL));
	cr_assert_not(fast_patch_has_original(
		&site, (const uint8_t *)"\x48\xc7\xc0\x27\x00\x00\x01" SYSCALL));
	cr_assert_not(fast_patch_has_original(&site, (const uint8_t *)MOVQ_RAX NOP NOP));
}

/* rcx and r11 belong to the stub only after the instruction has used them. */
Test(site_copy, the_stub_begins_with_the_instruction)
{
	uint8_t stub[FAST_STUB_SIZE] = { 0 };
	size_t size;

	cr_assert(CLASSIFY(STORE_R11 SYSCALL RET));
	size = fast_patch_make_stub(&site, stub);
	cr_assert_arr_eq(stub, STORE_R11 "\x48\xb9\x07\x10\x40\x00\x00\x00\x00\x00\x41\xbb", 17);
	cr_assert_eq(size, 24);
	cr_assert(CLASSIFY(STORE_12 SYSCALL RET));
	cr_assert_leq(fast_patch_make_stub(&site, stub), FAST_STUB_SIZE);
	cr_assert_arr_eq(stub, STORE_12 "\x48\xb9", 14);
}

/* The call is at FUNCTION_ADDR + 7. */
Test(site_copy, the_stub_loads_the_address_that_a_relative_lea_finds)
{
	uint8_t stub[FAST_STUB_SIZE] = { 0 };

	cr_assert(CLASSIFY(LEA_RELATIVE SYSCALL RET));
	cr_assert_leq(fast_patch_make_stub(&site, stub), FAST_STUB_SIZE);
	cr_assert_arr_eq(stub, "\x48\xbf\x07\x11\x40\x00\x00\x00\x00\x00\x48\xb9", 12);
	cr_assert(fast_patch_has_original(&site, (const uint8_t *)LEA_RELATIVE SYSCALL));
	cr_assert(CLASSIFY(LEA_R9 SYSCALL RET));
	fast_patch_make_stub(&site, stub);
	cr_assert_arr_eq(stub, "\x49\xb9\xf7\x0f\x40\x00\x00\x00\x00\x00\x48\xb9", 12);
}
