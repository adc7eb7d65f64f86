/* SPDX-License-Identifier: MIT */
/*
 * Each rule about which padding a call site may use, on functions made of a few bytes, and about
 * which sites may use any. All functions are at FUNCTION_ADDR.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "helper/code/site_short.h"

#define FUNCTION_ADDR 0x401000u

#define SYSCALL	 "\x0f\x05"
#define RET	 "\xc3"
#define NOP	 "\x90"
#define NOP_7	 "\x0f\x1f\x80\x00\x00\x00\x00" /* nopl 0x0(%rax) */
#define INT3_5	 "\xcc\xcc\xcc\xcc\xcc"
#define POP_RBX	 "\x5b"
#define JMP	 "\xeb" /* like the other jumps, followed by an 8-bit displacement */
#define JE	 "\x74"
#define JMP_RAX	 "\xff\xe0"
#define CALL	 "\xe8\x00\x10\x00\x00"
#define ENDBR64	 "\xf3\x0f\x1e\xfa"
#define PAUSE_5	 "\xf3\x90\xf3\x90\x90"
#define ZERO_6	 "\x00\x00\x00\x00\x00\x00"
#define LEA_NEXT "\x48\x8d\x05" /* lea x(%rip),%rax: followed by a 32-bit displacement */
#define TEST_EAX "\x85\xc0"
#define MOV_15	 "\xb8\x0f\x00\x00\x00"		/* mov $15,%eax: rt_sigreturn */
#define MOVQ_15	 "\x48\xc7\xc0\x0f\x00\x00\x00" /* mov $15,%rax */
#define MOV_0	 "\xb8\x00\x00\x00\x00"

static uint64_t forbidden; /* is_free() says no to this address */

static bool is_free(uint64_t addr, size_t size, uint64_t used, void *argument)
{
	(void)argument;
	cr_assert(used >= addr && used + SITE_PAD_SIZE == addr + size);
	return forbidden - addr >= size;
}

/* What lies around the end of the function. */
struct rules {
	size_t function_size; /* 0: the whole extent is the function */
	bool has_landing_pads;
};

/* Returns the offset of the padding from the start of the extent, or -1 if there is none. */
static long find(const char *bytes, size_t size, struct rules rules)
{
	const char *call = memmem(bytes, size, SYSCALL, strlen(SYSCALL));
	uint8_t *code = malloc(size);
	struct site_extent extent = {
		.code = code,
		.size = size,
		.addr = FUNCTION_ADDR,
		.function_end = FUNCTION_ADDR + (rules.function_size ? rules.function_size : size),
		.has_landing_pads = rules.has_landing_pads,
	};
	struct site site = { .shape = SITE_UNPATCHABLE };
	uint64_t ip = FUNCTION_ADDR + (uint64_t)(call - bytes) + strlen(SYSCALL);
	bool is_found;

	memcpy(code, bytes, size); /* so that AddressSanitizer reports a read past the end */
	is_found = site_short_find_padding(&extent, ip, is_free, NULL, &site);
	cr_assert_eq(is_found, site.shape == SITE_SHORT);
	if (is_found) {
		cr_assert_eq(site.patch_addr, ip - 2);
		cr_assert_arr_eq(site.pad, code + (site.pad_addr - FUNCTION_ADDR), SITE_PAD_SIZE);
	}
	free(code);
	return is_found ? (long)(site.pad_addr - FUNCTION_ADDR) : -1;
}

#define FIND(bytes)	    find(bytes, sizeof(bytes) - 1, (struct rules){ 0 })
#define FIND_BY(bytes, ...) find(bytes, sizeof(bytes) - 1, (struct rules){ __VA_ARGS__ })

static const char *object(const char *bytes, size_t size)
{
	const char *call = memmem(bytes, size, SYSCALL, strlen(SYSCALL));
	struct site_extent extent = {
		.code = (const uint8_t *)bytes,
		.size = size,
		.addr = FUNCTION_ADDR,
		.function_end = FUNCTION_ADDR + size,
	};

	return site_short_object(&extent,
				 FUNCTION_ADDR + (uint64_t)(call - bytes) + strlen(SYSCALL));
}

#define OBJECT(bytes) object(bytes, sizeof(bytes) - 1)

static void forbid_nothing(void)
{
	forbidden = 0;
}

TestSuite(site_short, .init = forbid_nothing);

Test(site_short, nops_after_a_return_are_padding)
{
	cr_assert_eq(FIND(SYSCALL RET NOP_7), 3);
	cr_assert_eq(FIND(SYSCALL POP_RBX RET NOP NOP NOP NOP NOP NOP), 4);
}

Test(site_short, breakpoints_after_a_jump_are_padding)
{
	cr_assert_eq(FIND(SYSCALL JMP "\xfc" INT3_5), 4);
}

Test(site_short, four_bytes_are_too_few)
{
	cr_assert_eq(FIND(SYSCALL RET NOP NOP NOP NOP), -1);
}

Test(site_short, code_to_which_a_call_may_return_is_not_padding)
{
	cr_assert_eq(FIND(SYSCALL CALL NOP_7), -1);
}

Test(site_short, code_after_the_system_call_is_not_padding)
{
	cr_assert_eq(FIND(SYSCALL NOP_7 RET), -1);
}

Test(site_short, the_target_of_a_branch_is_not_padding)
{
	/* On the first nop, and on the second: from there the thread would run into the rest. */
	cr_assert_eq(FIND(JE "\x03" SYSCALL RET NOP_7 RET), -1);
	cr_assert_eq(FIND(JE "\x04" SYSCALL RET NOP NOP_7 RET), -1);
	cr_assert_eq(FIND(JE "\x0a" SYSCALL RET NOP_7 RET), 5);
}

Test(site_short, an_address_that_an_instruction_loads_is_not_padding)
{
	cr_assert_eq(FIND(LEA_NEXT "\x03\x00\x00\x00" SYSCALL RET NOP_7), -1);
}

Test(site_short, an_indirect_jump_may_lead_to_padding_inside_the_function)
{
	cr_assert_eq(FIND(SYSCALL JMP_RAX NOP_7 RET), -1);
	cr_assert_eq(FIND(SYSCALL JMP_RAX NOP_7), 4, "after the function");
}

Test(site_short, an_exception_may_lead_to_padding_inside_the_function)
{
	cr_assert_eq(FIND_BY(SYSCALL RET NOP_7 RET, .has_landing_pads = true), -1);
	cr_assert_eq(FIND_BY(SYSCALL RET NOP_7 RET NOP_7, .has_landing_pads = true), 11);
	cr_assert_eq(FIND_BY(SYSCALL RET NOP_7 RET, .has_landing_pads = true, .function_size = 3),
		     3, "after the function");
}

Test(site_short, other_instructions_are_not_padding)
{
	cr_assert_eq(FIND(SYSCALL RET ENDBR64 RET), -1);
	cr_assert_eq(FIND(SYSCALL RET PAUSE_5), -1);
	cr_assert_eq(FIND(SYSCALL RET ZERO_6), -1);
	cr_assert_eq(FIND(SYSCALL RET NOP NOP NOP ENDBR64 RET), -1);
}

#define NOPS_60	 NOP_7 NOP_7 NOP_7 NOP_7 NOP_7 NOP_7 NOP_7 NOP_7 NOP NOP NOP NOP
#define NOPS_120 NOPS_60 NOPS_60

Test(site_short, a_jump_reaches_127_bytes_forward_and_128_back)
{
	cr_assert_eq(FIND(SYSCALL NOPS_120 NOP NOP NOP NOP NOP NOP RET NOP_7), 129);
	cr_assert_eq(FIND(SYSCALL NOPS_120 NOP NOP NOP NOP NOP NOP NOP RET NOP_7), -1);
	cr_assert_eq(FIND(RET NOP_7 NOPS_120 SYSCALL RET), 6,
		     "the second position with five bytes");
}

Test(site_short, padding_that_is_in_use_is_not_taken)
{
	forbidden = FUNCTION_ADDR + 4;
	cr_assert_eq(FIND(SYSCALL RET NOP_7 NOP_7), -1, "execution would run into it from there");
	cr_assert_eq(FIND(SYSCALL RET NOP_7 RET NOP_7), 11);
}

Test(site_short, invalid_code_has_no_padding)
{
	cr_assert_eq(FIND(SYSCALL RET NOP_7 "\x06"), -1);
}

Test(site_short, a_call_whose_flags_nobody_reads_may_be_patched)
{
	cr_assert_null(OBJECT(MOV_0 SYSCALL RET));
	cr_assert_null(OBJECT(SYSCALL TEST_EAX JE "\x00" RET));
	cr_assert_not_null(OBJECT(SYSCALL JE "\x00" RET));
}

Test(site_short, the_return_from_a_handler_is_never_patched)
{
	cr_assert_str_eq(OBJECT(MOV_15 SYSCALL RET), "this call is never patched");
	cr_assert_str_eq(OBJECT(MOVQ_15 SYSCALL RET), "this call is never patched");
}

Test(site_short, the_middle_of_another_instruction_is_not_a_call)
{
	cr_assert_not_null(OBJECT("\xb8" SYSCALL "\x00\x00" RET)); /* mov $0x50f,%eax */
}

Test(site_short, a_branch_into_the_call_forbids_it)
{
	cr_assert_not_null(OBJECT(JE "\x01" SYSCALL "\x00\x00\x00\x00" RET));
}

Test(site_short, patch_and_padding_have_the_right_bytes)
{
	struct site site = { .shape = SITE_SHORT, .patch_addr = 0x1000, .pad_addr = 0x1020 };
	uint8_t bytes[SITE_MAX_PATCH];

	cr_assert_eq(site_patch_bytes(&site, 0x5000, bytes), 2);
	cr_assert_arr_eq(bytes, "\xeb\x1e", 2);
	cr_assert(site_pad_bytes(&site, 0x1025 + 0x1234, bytes));
	cr_assert_arr_eq(bytes, "\xe9\x34\x12\x00\x00", 5);
	cr_assert_not(site_pad_bytes(&site, 0x100001024, bytes));
	cr_assert_eq(site_original_bytes(&site, bytes), 2);
	cr_assert_arr_eq(bytes, SYSCALL, 2);
	site.pad_addr = 0xf90;
	site_patch_bytes(&site, 0x5000, bytes);
	cr_assert_arr_eq(bytes, "\xeb\x8e", 2);
}
