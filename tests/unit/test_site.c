/* SPDX-License-Identifier: MIT */
/*
 * Each rule of what may be patched, on functions made of a few bytes; then two patched functions
 * are run. All functions are classified at FUNCTION_ADDR, for the first "\x0f\x05" in them.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helper/code/site.h"

#define FUNCTION_ADDR 0x401000u

#define MOV	    "\xb8\x6e\x00\x00\x00" /* mov $110,%eax: getppid */
#define SYSCALL	    "\x0f\x05"
#define CMP_4096    "\x48\x3d\x00\xf0\xff\xff" /* cmp $-4096,%rax */
#define CMP_4095    "\x48\x3d\x01\xf0\xff\xff"
#define JA	    "\x77" /* like the other jumps, followed by an 8-bit displacement */
#define JNE	    "\x75"
#define JS	    "\x78"
#define JMP	    "\xeb"
#define RET	    "\xc3"
#define NOP	    "\x90"
#define NOP_16	    "\x66\x2e\x0f\x1f\x84\x00\x00\x00\x00\x00" NOP NOP NOP NOP NOP NOP
#define NOP_64	    NOP_16 NOP_16 NOP_16 NOP_16
#define TEST_EAX    "\x85\xc0"
#define SETNE	    "\x0f\x95\xc0"
#define JMP_RAX	    "\xff\xe0"
#define PATCHED_MOV "\xe9\x00\x00\x01\x00" SYSCALL
#define PATCHED_CMP "\xe9\x00\x00\x01\x00" NOP SYSCALL
#define ERROR	    "\xf7\xd8" /* neg %eax */

static struct site classify(const char *bytes, size_t size)
{
	const char *call = memmem(bytes, size, SYSCALL, strlen(SYSCALL));
	uint8_t *code = malloc(size);
	struct site site;

	memcpy(code, bytes, size); /* so that AddressSanitizer reports a read past the end */
	site = site_classify(code, size, FUNCTION_ADDR,
			     FUNCTION_ADDR + (uint64_t)(call - bytes) + strlen(SYSCALL));
	free(code);
	cr_assert_eq(site.shape == SITE_UNPATCHABLE, site.reason != NULL);
	return site;
}

#define CLASSIFY(bytes) classify(bytes, sizeof(bytes) - 1)

#define assert_mov(bytes) \
	cr_assert_eq(CLASSIFY(bytes).shape, SITE_MOV, "%s", CLASSIFY(bytes).reason)
#define assert_cmp(bytes) \
	cr_assert_eq(CLASSIFY(bytes).shape, SITE_CMP, "%s", CLASSIFY(bytes).reason)
#define assert_unpatchable(bytes, why)                       \
	do {                                                 \
		struct site site_ = CLASSIFY(bytes);         \
		cr_assert_eq(site_.shape, SITE_UNPATCHABLE); \
		cr_assert_str_eq(site_.reason, why);         \
		cr_assert_eq(site_.patch_addr, 0);           \
	} while (0)

#define BRANCH	  "a branch lands inside"
#define REFERRED  "code refers to an address inside"
#define INDIRECT  "an indirect jump may land inside"
#define NO_JUMP	  "no jump on CF and ZF follows the cmp"
#define FLAGS_MOV "the flags may be used after the call"
#define FLAGS_CMP "the flags of the cmp may be used after its jump"
#define NEVER	  "this call is never patched"
#define NO_SHAPE  "no mov to eax before it and no cmp after it"
#define NO_START  "the call is not where an instruction starts"
#define BAD_BYTES "the function has bytes that are not an instruction"
#define PATCHED	  "it looks patched already"
#define OVERLAP	  "the function's instructions overlap"

Test(site, mov_before_the_call_is_replaced_alone)
{
	struct site site = CLASSIFY(NOP MOV SYSCALL RET);

	cr_assert_eq(site.shape, SITE_MOV);
	cr_assert_eq(site.patch_addr, FUNCTION_ADDR + 1);
	cr_assert_eq(site.syscall_addr, FUNCTION_ADDR + 6);
	cr_assert_eq(site.return_addr, FUNCTION_ADDR + 8);
	cr_assert_eq(site.nr, 110);
	cr_assert_eq(site.cmp_immediate, 0);
}

Test(site, call_and_cmp_are_replaced_together)
{
	struct site site = CLASSIFY(NOP SYSCALL CMP_4096 JA "\x01" RET ERROR RET);

	cr_assert_eq(site.shape, SITE_CMP);
	cr_assert_eq(site.patch_addr, FUNCTION_ADDR + 1);
	cr_assert_eq(site.syscall_addr, FUNCTION_ADDR + 7);
	cr_assert_eq(site.return_addr, FUNCTION_ADDR + 9);
	cr_assert_eq(site.nr, UINT32_MAX);
	cr_assert_eq(site.cmp_immediate, -4096);
}

Test(site, cmp_with_4095_is_recognised)
{
	struct site site = CLASSIFY(SYSCALL CMP_4095 "\x73\x01" RET ERROR RET);

	cr_assert_eq(site.shape, SITE_CMP);
	cr_assert_eq(site.cmp_immediate, -4095);
}

Test(site, mov_is_preferred)
{
	struct site site = CLASSIFY(MOV SYSCALL CMP_4096 JA "\x01" RET ERROR RET);

	cr_assert_eq(site.shape, SITE_MOV);
	cr_assert_eq(site.cmp_immediate, 0);
}

Test(site, cmp_is_replaced_if_the_mov_cannot_be)
{
	/* lea 0x1(%rip),%rcx: the address of the mov's constant */
	struct site site =
		CLASSIFY("\x48\x8d\x0d\x01\x00\x00\x00" MOV SYSCALL CMP_4096 JA "\x00" RET);

	cr_assert_eq(site.shape, SITE_CMP);
	cr_assert_eq(site.nr, 110);
}

Test(site, call_without_mov_and_cmp_is_left_alone)
{
	assert_unpatchable(SYSCALL RET, NO_SHAPE);
	assert_unpatchable(MOV NOP SYSCALL RET, NO_SHAPE);
	assert_unpatchable(SYSCALL NOP CMP_4096 JA "\x00" RET, NO_SHAPE);
	/* cmp $-4094,%rax; cmp $-4096,%eax; cmp $-4096,%rdx */
	assert_unpatchable(SYSCALL "\x48\x3d\x02\xf0\xff\xff" JA "\x00" RET, NO_SHAPE);
	assert_unpatchable(SYSCALL "\x3d\x00\xf0\xff\xff" JA "\x00" RET, NO_SHAPE);
	assert_unpatchable(SYSCALL "\x48\x81\xfa\x00\xf0\xff\xff" JA "\x00" RET, NO_SHAPE);
}

Test(site, longer_movs_are_not_replaced)
{
	/* mov $110,%r8d; mov $0x6e000000…,%rax ends in the same five bytes */
	assert_unpatchable("\x41" MOV SYSCALL RET, NO_SHAPE);
	assert_unpatchable("\x48\xb8\x00\x00\x00" MOV SYSCALL RET, NO_SHAPE);
}

Test(site, code_that_is_cut_off_is_left_alone)
{
	assert_unpatchable(MOV SYSCALL, FLAGS_MOV);
	assert_unpatchable(SYSCALL "\x48\x3d\x00\xf0\xff", NO_SHAPE);
	assert_unpatchable(SYSCALL CMP_4096, NO_JUMP);
	assert_unpatchable(SYSCALL CMP_4096 JA, BAD_BYTES);
	assert_unpatchable(SYSCALL CMP_4096 JA "\x00", FLAGS_CMP);
}

Test(site, address_must_be_after_a_syscall_instruction_of_the_function)
{
	static const uint8_t code[] = MOV SYSCALL RET;
	uint64_t ip;

	for (ip = FUNCTION_ADDR - 4; ip < FUNCTION_ADDR + sizeof(code) + 4; ip++)
		cr_assert_eq(site_classify(code, sizeof(code) - 1, FUNCTION_ADDR, ip).shape,
			     ip == FUNCTION_ADDR + 7 ? SITE_MOV : SITE_UNPATCHABLE);
	cr_assert_eq(site_classify(code, 0, FUNCTION_ADDR, FUNCTION_ADDR + 7).shape,
		     SITE_UNPATCHABLE);
	cr_assert_eq(site_classify(code, sizeof(code) - 1, FUNCTION_ADDR, 0).shape,
		     SITE_UNPATCHABLE);
	cr_assert_eq(site_classify(code, sizeof(code) - 1, 0, 1).shape, SITE_UNPATCHABLE);
}

Test(site, branch_to_the_first_byte_is_fine)
{
	assert_mov(MOV SYSCALL TEST_EAX JNE "\xf5" RET);
	assert_cmp(SYSCALL CMP_4096 JA "\xf6" RET);
}

Test(site, branch_to_the_call_after_the_mov_is_fine)
{
	assert_mov(JMP "\x05" MOV SYSCALL RET);
}

Test(site, branch_to_the_cmp_is_not)
{
	assert_unpatchable(JMP "\x02" SYSCALL CMP_4096 JA "\x00" RET, BRANCH);
	/* The bytes after the cmp are not replaced. */
	assert_cmp(JMP "\x08" SYSCALL CMP_4096 JA "\x00" RET);
}

Test(site, every_kind_of_branch_counts)
{
	assert_unpatchable(JNE "\x02" SYSCALL CMP_4096 JA "\x00" RET, BRANCH);
	assert_unpatchable("\x0f\x85\x02\x00\x00\x00" SYSCALL CMP_4096 JA "\x00" RET, BRANCH);
	assert_unpatchable("\xe9\x02\x00\x00\x00" SYSCALL CMP_4096 JA "\x00" RET, BRANCH);
	assert_unpatchable("\xe8\x02\x00\x00\x00" SYSCALL CMP_4096 JA "\x00" RET, BRANCH);
	assert_unpatchable("\xe2\x02" SYSCALL CMP_4096 JA "\x00" RET, BRANCH);	   /* loop */
	assert_unpatchable("\xe3\x02" SYSCALL CMP_4096 JA "\x00" RET, BRANCH);	   /* jrcxz */
	assert_unpatchable("\x67\xe3\x02" SYSCALL CMP_4096 JA "\x00" RET, BRANCH); /* jecxz */
	assert_unpatchable("\xc7\xf8\x02\x00\x00\x00" SYSCALL CMP_4096 JA "\x00" RET, BRANCH);
	/* From code after it, and beyond the end of the code that is followed. */
	assert_unpatchable(SYSCALL CMP_4096 JA "\x00" RET JMP "\xf5", BRANCH);
	assert_unpatchable(SYSCALL CMP_4096 JA "\x00" RET NOP_64 NOP_64 "\xe9\x72\xff\xff\xff",
			   BRANCH);
}

Test(site, address_inside_counts_as_a_branch_target)
{
	/* lea 0x2(%rip),%rcx: the address of the cmp, perhaps for an indirect jump elsewhere */
	assert_unpatchable("\x48\x8d\x0d\x04\x00\x00\x00" MOV SYSCALL RET, REFERRED);
	assert_unpatchable("\x48\x8d\x0d\x02\x00\x00\x00" SYSCALL CMP_4096 JA "\x00" RET, REFERRED);
	assert_cmp("\x48\x8d\x0d\x00\x00\x00\x00" SYSCALL CMP_4096 JA "\x00" RET);
}

Test(site, indirect_jump_rules_the_cmp_out)
{
	assert_unpatchable(SYSCALL CMP_4096 JA "\x01" RET JMP_RAX, INDIRECT);
	assert_unpatchable("\x3e" JMP_RAX SYSCALL CMP_4096 JA "\x00" RET, INDIRECT); /* notrack */
	assert_unpatchable("\xff\x24\xc5\x00\x00\x00\x00" SYSCALL CMP_4096 JA "\x00" RET, INDIRECT);
	assert_cmp("\xff\xd0" SYSCALL CMP_4096 JA "\x00" RET); /* the call returns to the syscall */
}

Test(site, indirect_jump_does_not_rule_the_mov_out)
{
	assert_mov(JMP_RAX MOV SYSCALL TEST_EAX RET);
}

Test(site, flags_read_after_the_call_rule_the_mov_out)
{
	assert_unpatchable(MOV SYSCALL JNE "\x00" RET, FLAGS_MOV);
	assert_unpatchable(MOV SYSCALL NOP SETNE RET, FLAGS_MOV);
	assert_unpatchable(MOV SYSCALL "\x0f\x44\xc1" RET, FLAGS_MOV); /* cmove %ecx,%eax */
	assert_unpatchable(MOV SYSCALL "\x11\xc0" RET, FLAGS_MOV);     /* adc %eax,%eax */
	assert_unpatchable(MOV SYSCALL "\x19\xc0" RET, FLAGS_MOV);     /* sbb %eax,%eax */
	assert_unpatchable(MOV SYSCALL "\x9c" RET, FLAGS_MOV);	       /* pushf */
	assert_unpatchable(MOV SYSCALL "\x9f" RET, FLAGS_MOV);	       /* lahf */
	assert_unpatchable(MOV SYSCALL "\xd1\xd0" RET, FLAGS_MOV);     /* rcl %eax */
	assert_unpatchable(MOV SYSCALL "\xe1\x00" RET, FLAGS_MOV);     /* loope */
}

Test(site, flags_written_after_the_call_are_dead)
{
	assert_mov(MOV SYSCALL TEST_EAX SETNE RET);
	assert_mov(MOV SYSCALL NOP CMP_4096 JA "\x00" RET);
	assert_mov(MOV SYSCALL "\x9d" SETNE RET); /* popf */
}

Test(site, all_flags_must_be_written)
{
	/* inc %eax leaves CF: setne reads what it wrote, setb what was before the call */
	assert_mov(MOV SYSCALL "\xff\xc0" SETNE RET);
	assert_unpatchable(MOV SYSCALL "\xff\xc0"
				       "\x0f\x92\xc0" RET,
			   FLAGS_MOV);
	/* bt %ecx,%eax writes CF alone */
	assert_mov(MOV SYSCALL "\x0f\xa3\xc8"
			       "\x0f\x92\xc0" RET);
	assert_unpatchable(MOV SYSCALL "\x0f\xa3\xc8" SETNE RET, FLAGS_MOV);
}

Test(site, flags_that_may_stay_unchanged_do_not_count_as_written)
{
	assert_unpatchable(MOV SYSCALL "\xd3\xe0" SETNE RET, FLAGS_MOV);     /* shl %cl,%eax */
	assert_unpatchable(MOV SYSCALL "\xc1\xe0\x20" SETNE RET, FLAGS_MOV); /* shl $32,%eax */
	assert_unpatchable(MOV SYSCALL "\xf3\xa6" SETNE RET, FLAGS_MOV);     /* repe cmpsb */
	/* The same after verr %ax, which writes ZF alone: CF does not change. */
	assert_unpatchable(MOV SYSCALL "\x0f\x00\xe0"
				       "\xf3\xa6"
				       "\x0f\x92\xc0" RET,
			   FLAGS_MOV);
	assert_unpatchable(MOV SYSCALL "\xf7\xf1" SETNE RET, FLAGS_MOV); /* div %ecx */
	assert_mov(MOV SYSCALL "\xd1\xe8" SETNE RET);			 /* shr %eax */
	assert_mov(MOV SYSCALL "\xc1\xe0\x02" SETNE RET);		 /* shl $2,%eax */
	assert_mov(MOV SYSCALL "\xa6" SETNE RET);			 /* cmpsb */
}

Test(site, another_system_call_does_not_change_the_flags)
{
	assert_unpatchable(MOV SYSCALL SYSCALL SETNE RET, FLAGS_MOV);
	assert_mov(MOV SYSCALL SYSCALL TEST_EAX SETNE RET);
}

Test(site, flags_are_dead_where_the_function_is_left)
{
	assert_mov(MOV SYSCALL RET SETNE);
	assert_mov(MOV SYSCALL "\xe8\x00\x00\x01\x00" SETNE); /* call */
	assert_mov(MOV SYSCALL "\xe9\x00\x00\x01\x00" SETNE); /* jmp, a tail call */
	assert_mov(MOV SYSCALL "\xe9\x00\x00\xff\xff" SETNE); /* before the function */
	assert_mov(MOV SYSCALL "\x0f\x0b" SETNE);	      /* ud2 */
	assert_mov(MOV SYSCALL "\xf4" SETNE);		      /* hlt */
	/* It may be a jump table. */
	assert_unpatchable(MOV SYSCALL JMP_RAX, FLAGS_MOV);
}

Test(site, flags_are_followed_along_jumps)
{
	assert_mov(MOV SYSCALL JMP "\x04" SETNE RET TEST_EAX SETNE RET);
	assert_unpatchable(MOV SYSCALL JMP "\x01" RET SETNE RET, FLAGS_MOV);
	/* jrcxz reads no flag. Neither of its paths may read flags. */
	assert_mov(MOV SYSCALL "\xe3\x01" RET RET);
	assert_unpatchable(MOV SYSCALL "\xe3\x01" RET SETNE RET, FLAGS_MOV);
	assert_unpatchable(MOV SYSCALL "\xe3\x04" SETNE RET RET, FLAGS_MOV);
}

Test(site, flags_are_not_dead_if_that_is_unclear)
{
	assert_unpatchable(MOV SYSCALL JMP "\xfe", FLAGS_MOV); /* endless loop */
	assert_unpatchable(MOV SYSCALL NOP_64 NOP_64 NOP_64 NOP_64 RET, FLAGS_MOV);
	assert_unpatchable(MOV SYSCALL NOP, FLAGS_MOV); /* runs past the end of the function */
}

Test(site, jump_after_the_cmp_reads_cf_and_zf_alone)
{
	static const char readers[] = "\x72\x73\x74\x75\x76\x77";
	char code[] = SYSCALL CMP_4096 JA "\x00" RET;
	unsigned char jump;

	for (jump = 0x70; jump < 0x80; jump++) {
		code[8] = (char)jump;
		cr_assert_eq(CLASSIFY(code).shape,
			     memchr(readers, jump, 6) ? SITE_CMP : SITE_UNPATCHABLE, "%x", jump);
	}
	assert_cmp(SYSCALL CMP_4096 "\x0f\x87\x00\x00\x01\x00" RET);
	assert_unpatchable(SYSCALL CMP_4096 SETNE RET, NO_JUMP);
	assert_unpatchable(SYSCALL CMP_4096 RET, NO_JUMP);
	assert_unpatchable(SYSCALL CMP_4096 "\xe3\x00" RET, NO_JUMP); /* jrcxz */
	assert_unpatchable(SYSCALL CMP_4096 "\xe0\x00" RET, NO_JUMP); /* loopne */
}

Test(site, flags_of_the_cmp_are_dead_on_both_paths_of_its_jump)
{
	assert_unpatchable(SYSCALL CMP_4096 JA "\x01" RET SETNE RET, FLAGS_CMP);
	assert_unpatchable(SYSCALL CMP_4096 JA "\x03" SETNE RET, FLAGS_CMP);
	assert_unpatchable(SYSCALL CMP_4096 JA "\x00" JS "\x00" RET, FLAGS_CMP);
	assert_cmp(SYSCALL CMP_4096 JA "\x01" RET TEST_EAX SETNE RET);
}

Test(site, some_calls_are_never_patched)
{
	static const uint32_t never[] = { 15, 25,  30,	56,  57,  58,  59,
					  60, 157, 219, 231, 317, 322, 435 };
	char code[] = MOV SYSCALL CMP_4096 JA "\x00" RET;
	size_t i;

	for (i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
		memcpy(code + 1, &never[i], 4);
		assert_unpatchable(code, NEVER);
	}
	assert_unpatchable("\xb8\x6e\x00\x00\x40" SYSCALL RET, NEVER); /* x32's getppid */
}

Test(site, function_with_invalid_instructions_is_not_patched)
{
	assert_unpatchable("\x06" MOV SYSCALL RET, BAD_BYTES);
	assert_unpatchable(MOV SYSCALL RET "\x06", BAD_BYTES);
}

Test(site, call_inside_another_instruction_is_not_patched)
{
	/* movabs $0x050f0000006eb890,%r8 */
	assert_unpatchable("\x49\xb8"
			   "\x90" MOV SYSCALL RET,
			   NO_START);
}

Test(site, function_with_overlapping_instructions_is_not_patched)
{
	assert_unpatchable(JMP "\x01"
			       "\xb9\x00\x00\x00\x00" MOV SYSCALL RET,
			   OVERLAP);
	/* lock cmpxchg %ecx,(%rdx), with and without its prefix */
	assert_mov(JNE "\x01"
		       "\xf0\x0f\xb1\x0a" MOV SYSCALL RET);
}

Test(site, function_with_a_branch_into_the_mov_is_not_patched)
{
	assert_unpatchable(JNE "\x03" MOV SYSCALL CMP_4096 JA "\x00" RET, OVERLAP);
}

Test(site, patched_neighbours_change_nothing)
{
	assert_mov(MOV SYSCALL RET PATCHED_MOV RET PATCHED_CMP JA "\x00" RET);
	assert_cmp(SYSCALL CMP_4096 JA "\x00" RET PATCHED_MOV RET PATCHED_CMP JA "\x00" RET);
}

Test(site, patched_sites_are_not_patched_again)
{
	assert_unpatchable(PATCHED_MOV RET, NO_SHAPE);
	assert_unpatchable(PATCHED_CMP JA "\x00" RET, NO_SHAPE);
	/* A cmp after the call of a patched mov does not allow to patch this call too. */
	assert_unpatchable(PATCHED_MOV CMP_4096 JA "\x00" RET, PATCHED);
	assert_cmp("\x48\xb9\x00\x00\x00" PATCHED_MOV CMP_4096 JA "\x00" RET); /* movabs */
	assert_cmp("\xe9\x00\x00\x00\x00" SYSCALL CMP_4096 JA "\x00" RET);
}

Test(site, branch_from_another_function_is_found_by_its_displacement)
{
	struct site site = CLASSIFY(SYSCALL CMP_4096 JA "\x00" RET);
	uint8_t text[] = NOP "\xe9\x00\x00\x00\x00" NOP;
	uint64_t text_addr = FUNCTION_ADDR + 0x1000;
	int32_t target, displacement;

	for (target = -4; target < 16; target++) {
		displacement = target - 0x1006;
		memcpy(text + 2, &displacement, 4);
		cr_assert_eq(site_has_landing(&site, text, sizeof(text) - 1, text_addr),
			     target >= 1 && target <= 7, "%d", target);
	}
	displacement = 2 - 0x1006;
	memcpy(text + 2, &displacement, 4);
	cr_assert(site_has_landing(&site, text + 1, 5, text_addr + 1));
	cr_assert_not(site_has_landing(&site, text, 5, text_addr));
	cr_assert_not(site_has_landing(&site, text + 2, 4, text_addr + 2));
	cr_assert_not(site_has_landing(&site, text, 0, text_addr));
	memcpy(text, "\x0f\x84", 2); /* je */
	cr_assert(site_has_landing(&site, text, sizeof(text) - 1, text_addr));
	memcpy(text, NOP "\x84", 2); /* test %al,… */
	cr_assert_not(site_has_landing(&site, text, sizeof(text) - 1, text_addr));
}

Test(site, patch_has_no_bytes_when_the_stub_is_out_of_reach)
{
	struct site site = CLASSIFY(MOV SYSCALL RET);
	uint64_t next_addr = site.patch_addr + 5;
	uint8_t bytes[SITE_MAX_PATCH];

	cr_assert_eq(site_patch_bytes(&site, next_addr + 0x7fffffff, bytes), 5);
	cr_assert_arr_eq(bytes, "\xe9\xff\xff\xff\x7f", 5);
	cr_assert_eq(site_patch_bytes(&site, next_addr + 0x80000000, bytes), 0);
	cr_assert_eq(site_patch_bytes(&site, next_addr - 0x80000000, bytes), 5);
	cr_assert_arr_eq(bytes, "\xe9\x00\x00\x00\x80", 5);
	cr_assert_eq(site_patch_bytes(&site, next_addr - 0x80000001, bytes), 0);
	site = CLASSIFY(SYSCALL RET);
	cr_assert_eq(site_patch_bytes(&site, FUNCTION_ADDR, bytes), 0);
}

Test(site, the_call_stays_after_the_jump)
{
	struct site site = CLASSIFY(SYSCALL CMP_4096 JA "\x00" RET);
	uint8_t bytes[SITE_MAX_PATCH];

	cr_assert_eq(site_patch_bytes(&site, site.patch_addr + 5 + 0x1234, bytes), 8);
	cr_assert_arr_eq(bytes, "\xe9\x34\x12\x00\x00\x90\x0f\x05", 8);
}

#define STUB_OFFSET  256
#define GET_PID	     "\xb8\x27\x00\x00\x00" /* mov $39,%eax */
#define NO_SUCH_CALL "\xb8\xe8\x03\x00\x00" /* mov $1000,%eax */
#define PUSH_POP_110 "\x6a\x6e\x58"	    /* push $110; pop %rax */

/* Writes a jump that belongs to no site. */
static void put_jump(uint8_t *code, uint64_t target_addr)
{
	struct site site = { .shape = SITE_MOV, .patch_addr = (uint64_t)code };
	uint8_t bytes[SITE_MAX_PATCH];

	memcpy(code, bytes, site_patch_bytes(&site, target_addr, bytes));
}

/* Runs the function, patched to jump to the stub. The stub jumps back to where @shape continues. */
static long run(enum site_shape shape, const char *bytes, size_t size, const char *stub)
{
	uint8_t *page =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const char *call = memmem(bytes, size, SYSCALL, strlen(SYSCALL));
	uint64_t addr = (uint64_t)page;
	uint8_t patch[SITE_MAX_PATCH];
	struct site site;
	long result;

	cr_assert_neq(page, MAP_FAILED);
	memcpy(page, bytes, size);
	site = site_classify(page, size, addr, addr + (uint64_t)(call - bytes) + strlen(SYSCALL));
	cr_assert_eq(site.shape, shape);
	size = site_patch_bytes(&site, addr + STUB_OFFSET, patch);
	memcpy(page + (site.patch_addr - addr), patch, size);
	size = shape == SITE_MOV ? 5 : 5 + 2 + 6;
	memcpy(page + STUB_OFFSET, stub, size);
	put_jump(page + STUB_OFFSET + size,
		 shape == SITE_MOV ? site.syscall_addr : site.return_addr);
	cr_assert_eq(mprotect(page, 4096, PROT_READ | PROT_EXEC), 0);
	result = ((long (*)(void))addr)();
	munmap(page, 4096);
	return result;
}

#define RUN(shape, bytes, stub) run(shape, bytes, sizeof(bytes) - 1, stub)

Test(site, patched_mov_runs_the_stub_and_then_the_call)
{
	cr_assert_eq(RUN(SITE_MOV, MOV SYSCALL RET, MOV), getppid());
	cr_assert_eq(RUN(SITE_MOV, MOV SYSCALL RET, GET_PID), getpid());
}

Test(site, patched_cmp_continues_with_its_jump)
{
	static const char function[] = PUSH_POP_110 SYSCALL CMP_4096 JA "\x01" RET ERROR RET;

	cr_assert_eq(RUN(SITE_CMP, function, GET_PID SYSCALL CMP_4096), getpid());
	cr_assert_eq(RUN(SITE_CMP, function, NO_SUCH_CALL SYSCALL CMP_4096), ENOSYS);
}
