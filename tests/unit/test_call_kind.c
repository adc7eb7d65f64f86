// SPDX-License-Identifier: MIT
/*
 * System calls that the tracer handles specially, in three ABIs. Their numbers are written out from
 * the kernel's syscall_64.tbl and syscall_32.tbl, so that the test does not depend on the table it
 * checks.
 */
#include <criterion/criterion.h>

#include "helper/count/call_kind.h"
#include "profile/syscall/syscall_set.h"

#define X32(nr) (SYSCALL_X32_BIT | (nr))

struct expected {
	uint32_t nr;
	enum call_kind kind;
};

static void expect_all(enum syscall_abi abi, const struct expected *expected, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		cr_expect_eq(call_kind(abi, expected[i].nr), expected[i].kind,
			     "abi %d, number %u: kind %d, not %d", abi, expected[i].nr,
			     call_kind(abi, expected[i].nr), expected[i].kind);
}

#define EXPECT_ALL(abi, expected) \
	expect_all(abi, expected, sizeof(expected) / sizeof((expected)[0]))

Test(call_kind, calls_of_x86_64_have_their_kinds)
{
	static const struct expected expected[] = {
		{ 0, CALL_FD },		{ 1, CALL_ORDINARY },  { 2, CALL_OPEN },
		{ 3, CALL_CLOSE },	{ 5, CALL_FD },	       { 9, CALL_MMAP },
		{ 10, CALL_MPROTECT },	{ 11, CALL_MUNMAP },   { 12, CALL_ORDINARY },
		{ 15, CALL_SIGRETURN }, { 16, CALL_IOCTL },    { 17, CALL_FD },
		{ 25, CALL_MREMAP },	{ 30, CALL_SHMAT },    { 39, CALL_ORDINARY },
		{ 56, CALL_CLONE },	{ 57, CALL_FORK },     { 58, CALL_VFORK },
		{ 59, CALL_EXEC },	{ 60, CALL_ENDING },   { 72, CALL_FD },
		{ 90, CALL_ORDINARY },	{ 157, CALL_PRCTL },   { 165, CALL_MOUNT },
		{ 219, CALL_RESTART },	{ 231, CALL_ENDING },  { 257, CALL_OPENAT },
		{ 262, CALL_FD },	{ 317, CALL_SECCOMP }, { 322, CALL_EXEC },
		{ 329, CALL_MPROTECT }, { 332, CALL_FD },      { 253, CALL_WATCH },
		{ 294, CALL_WATCH },	{ 300, CALL_PERMIT },  { 323, CALL_USERFAULTFD },
		{ 429, CALL_MOUNT },	{ 432, CALL_MOUNT },   { 435, CALL_CLONE3 },
	};

	EXPECT_ALL(SYSCALL_ABI_X86_64, expected);
}

Test(call_kind, calls_of_i386_have_their_kinds)
{
	static const struct expected expected[] = {
		{ 0, CALL_RESTART },   { 1, CALL_ENDING },	{ 2, CALL_FORK },
		{ 3, CALL_FD },	       { 5, CALL_OPEN },	{ 6, CALL_CLOSE },
		{ 9, CALL_ORDINARY },  { 11, CALL_EXEC },	{ 20, CALL_ORDINARY },
		{ 90, CALL_MMAP_OLD }, { 91, CALL_MUNMAP },	{ 119, CALL_SIGRETURN },
		{ 120, CALL_CLONE },   { 125, CALL_MPROTECT },	{ 163, CALL_MREMAP },
		{ 172, CALL_PRCTL },   { 173, CALL_SIGRETURN }, { 190, CALL_VFORK },
		{ 192, CALL_MMAP },    { 221, CALL_FD },	{ 252, CALL_ENDING },
		{ 295, CALL_OPENAT },  { 354, CALL_SECCOMP },	{ 358, CALL_EXEC },
		{ 397, CALL_SHMAT },   { 435, CALL_CLONE3 },
	};

	EXPECT_ALL(SYSCALL_ABI_I386, expected);
}

Test(call_kind, calls_of_x32_have_their_kinds)
{
	static const struct expected expected[] = {
		{ X32(0), CALL_FD },	    { X32(9), CALL_MMAP },	  { X32(56), CALL_CLONE },
		{ X32(231), CALL_ENDING },  { X32(513), CALL_SIGRETURN }, { X32(520), CALL_EXEC },
		{ X32(39), CALL_ORDINARY }, { X32(545), CALL_EXEC },
	};

	EXPECT_ALL(SYSCALL_ABI_X32, expected);
}

Test(call_kind, numbers_that_no_kernel_has_are_ordinary_calls)
{
	static const uint32_t numbers[] = { 511,
					    SYSCALL_SET_MAX_NR - 1,
					    SYSCALL_SET_MAX_NR,
					    0x5c9f,
					    0x7fffffff,
					    0xffffffff,
					    X32(0x3ff),
					    X32(0x400) };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		for (int abi = 0; abi < SYSCALL_NR_ABIS; abi++)
			cr_expect_eq(call_kind((enum syscall_abi)abi, numbers[i]), CALL_ORDINARY,
				     "abi %d, number %#x", abi, numbers[i]);
}
