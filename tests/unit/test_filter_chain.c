/* SPDX-License-Identifier: MIT */
/*
 * The results of seccomp filters, which the helper calculates before it injects a call.
 */
#include <criterion/criterion.h>
#include <linux/audit.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helper/trace/bpf.h"
#include "helper/trace/filter_chain.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LOAD(field)  BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ALLOW	     BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define KILL	     BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)

static const uint64_t no_args[6];
static const struct seccomp_data data = {
	.nr = SYS_mmap,
	.arch = AUDIT_ARCH_X86_64,
	.instruction_pointer = 0x123456789abc,
	.args = { 7, 0x900000001 },
};

/* Expects what the program @insns returns for the call above. */
#define EXPECT_RESULT(expected, ...)                                                     \
	do {                                                                             \
		const struct sock_filter insns_[] = { __VA_ARGS__ };                     \
		uint32_t result_ = 0;                                                    \
		cr_expect(bpf_run(insns_, COUNT(insns_), &data, &result_));              \
		cr_expect_eq(result_, (uint32_t)(expected), "%x instead of %x", result_, \
			     (uint32_t)(expected));                                      \
	} while (0)

#define EXPECT_REFUSED(...)                                                  \
	do {                                                                 \
		const struct sock_filter insns_[] = { __VA_ARGS__ };         \
		uint32_t result_;                                            \
		cr_expect(!bpf_run(insns_, COUNT(insns_), &data, &result_)); \
	} while (0)

Test(bpf, loads_each_word_of_the_call)
{
	EXPECT_RESULT(SYS_mmap, LOAD(nr), BPF_STMT(BPF_RET | BPF_A, 0));
	EXPECT_RESULT(AUDIT_ARCH_X86_64, LOAD(arch), BPF_STMT(BPF_RET | BPF_A, 0));
	EXPECT_RESULT(0x56789abc, LOAD(instruction_pointer), BPF_STMT(BPF_RET | BPF_A, 0));
	EXPECT_RESULT(
		9, LOAD(args[1]),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1]) + 4),
		BPF_STMT(BPF_RET | BPF_A, 0));
	EXPECT_RESULT(64, BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0), BPF_STMT(BPF_RET | BPF_A, 0));
}

Test(bpf, calculates_with_a_constant_and_with_x)
{
	EXPECT_RESULT(20, LOAD(args[0]), BPF_STMT(BPF_ALU | BPF_MUL | BPF_K, 3),
		      BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, 1), BPF_STMT(BPF_RET | BPF_A, 0));
	EXPECT_RESULT(0x70, LOAD(args[0]), BPF_STMT(BPF_LDX | BPF_IMM, 4),
		      BPF_STMT(BPF_ALU | BPF_LSH | BPF_X, 0), BPF_STMT(BPF_RET | BPF_A, 0));
	EXPECT_RESULT(0x70, LOAD(args[0]), BPF_STMT(BPF_LDX | BPF_IMM, 36),
		      BPF_STMT(BPF_ALU | BPF_LSH | BPF_X, 0), BPF_STMT(BPF_RET | BPF_A, 0));
	EXPECT_RESULT(-7, LOAD(args[0]), BPF_STMT(BPF_ALU | BPF_NEG, 0),
		      BPF_STMT(BPF_RET | BPF_A, 0));
	EXPECT_RESULT(5, BPF_STMT(BPF_LD | BPF_IMM, 5), BPF_STMT(BPF_ST, 15),
		      BPF_STMT(BPF_LD | BPF_IMM, 6), BPF_STMT(BPF_LDX | BPF_MEM, 15),
		      BPF_STMT(BPF_MISC | BPF_TXA, 0), BPF_STMT(BPF_RET | BPF_A, 0));
}

Test(bpf, jumps_over_as_many_instructions_as_it_says)
{
	EXPECT_RESULT(1, LOAD(args[0]), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 7, 1, 0),
		      BPF_STMT(BPF_RET | BPF_K, 0), BPF_STMT(BPF_RET | BPF_K, 1));
	EXPECT_RESULT(0, LOAD(args[0]), BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 7, 1, 0),
		      BPF_STMT(BPF_RET | BPF_K, 0), BPF_STMT(BPF_RET | BPF_K, 1));
	EXPECT_RESULT(1, LOAD(args[0]), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 4, 0, 1),
		      BPF_STMT(BPF_JMP | BPF_JA, 1), BPF_STMT(BPF_RET | BPF_K, 0),
		      BPF_STMT(BPF_RET | BPF_K, 1));
}

Test(bpf, runs_nothing_that_the_kernel_refuses)
{
	EXPECT_REFUSED(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 64), ALLOW);
	EXPECT_REFUSED(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 2), ALLOW);
	EXPECT_REFUSED(BPF_STMT(BPF_LD | BPF_MEM, BPF_MEMWORDS), ALLOW);
	EXPECT_REFUSED(BPF_STMT(BPF_STX, 0xffffffff), ALLOW);
	EXPECT_REFUSED(BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0), ALLOW);
	EXPECT_REFUSED(BPF_STMT(BPF_JMP | BPF_JA, 0xffffffff), ALLOW);
	EXPECT_REFUSED(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 9, 9), ALLOW);
	EXPECT_REFUSED(LOAD(nr));
}

/* Returns a chain of this filter and those of @older. Releases @older. */
#define ADD(older, ...)                                                                            \
	({                                                                                         \
		struct sock_filter insns_[] = { __VA_ARGS__ };                                     \
		struct sock_fprog program_ = { COUNT(insns_), insns_ };                            \
		struct filter_chain *older_ = (older);                                             \
		struct filter_chain *new_ =                                                        \
			filter_chain_read(getpid(), (uint64_t)(uintptr_t)&program_, true, older_); \
		filter_chain_put(older_);                                                          \
		new_;                                                                              \
	})

Test(filter_chain, a_call_is_allowed_if_every_filter_allows_it)
{
	struct filter_chain *chain = NULL;

	cr_expect(filter_chain_allows(chain, SYS_mmap, no_args, 0));
	chain = ADD(chain, LOAD(nr), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_shmat, 0, 1), KILL,
		    ALLOW);
	cr_expect(filter_chain_allows(chain, SYS_mmap, no_args, 0));
	cr_expect(!filter_chain_allows(chain, SYS_shmat, no_args, 0));
	chain = ADD(chain, LOAD(nr), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 0, 1),
		    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO), ALLOW);
	cr_expect(!filter_chain_allows(chain, SYS_mmap, no_args, 0));
	cr_expect(!filter_chain_allows(chain, SYS_shmat, no_args, 0));
	cr_expect(filter_chain_allows(chain, SYS_munmap, no_args, 0));
	filter_chain_put(chain);
}

Test(filter_chain, a_filter_that_cannot_be_read_allows_nothing)
{
	struct filter_chain *chain = filter_chain_read(getpid(), 0, true, NULL);

	cr_expect(!filter_chain_allows(chain, SYS_mmap, no_args, 0));
	cr_expect(!filter_chain_is_known(chain));
	cr_expect(filter_chain_reads_ip(chain), "it may read it");
	chain = ADD(chain, ALLOW);
	cr_expect(filter_chain_is_known(chain));
	cr_expect(!filter_chain_allows(chain, SYS_mmap, no_args, 0));
	filter_chain_put(chain);
}

Test(filter_chain, knows_whether_a_filter_reads_the_address_of_the_call)
{
	struct filter_chain *chain = ADD(NULL, LOAD(nr), ALLOW);

	cr_expect(!filter_chain_reads_ip(chain));
	chain = ADD(chain, LOAD(instruction_pointer), ALLOW);
	cr_expect(filter_chain_reads_ip(chain));
	chain = ADD(chain, LOAD(nr), ALLOW);
	cr_expect(filter_chain_reads_ip(chain), "an older filter reads it");
	filter_chain_put(chain);
}

Test(filter_chain, knows_from_which_chain_another_one_was_made)
{
	struct filter_chain *parent = ADD(NULL, ALLOW);
	struct filter_chain *child = ADD(filter_chain_ref(parent), LOAD(nr), ALLOW);
	struct filter_chain *other = ADD(NULL, ALLOW);

	cr_expect(filter_chain_contains(child, parent));
	cr_expect(filter_chain_contains(child, child));
	cr_expect(filter_chain_contains(child, NULL));
	cr_expect(filter_chain_contains(NULL, NULL));
	cr_expect(!filter_chain_contains(parent, child));
	cr_expect(!filter_chain_contains(child, other));
	cr_expect(!filter_chain_contains(NULL, parent));
	filter_chain_put(child);
	filter_chain_put(parent);
	filter_chain_put(other);
}
