// SPDX-License-Identifier: MIT
/*
 * Compares the names and numbers of system calls and errors with the kernel's headers.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>

#include "profile/syscall/syscall_name.h"

#define X32(nr) (SYSCALL_X32_BIT | (nr))

Test(syscall_name, x86_64_names_are_those_of_the_kernel_headers)
{
	cr_assert_str_eq(syscall_name(SYSCALL_ABI_X86_64, SYS_read), "read");
	cr_assert_str_eq(syscall_name(SYSCALL_ABI_X86_64, SYS_newfstatat), "newfstatat");
	cr_assert_str_eq(syscall_name(SYSCALL_ABI_X86_64, SYS_futex_waitv), "futex_waitv");
}

Test(syscall_name, i386_has_numbers_of_its_own)
{
	cr_assert_str_eq(syscall_name(SYSCALL_ABI_I386, 3), "read");
	cr_assert_str_eq(syscall_name(SYSCALL_ABI_I386, 102), "socketcall");
	cr_assert_str_eq(syscall_name(SYSCALL_ABI_I386, 359), "socket");
	cr_assert_str_eq(syscall_name(SYSCALL_ABI_I386, 403), "clock_gettime64");
}

Test(syscall_name, x32_numbers_carry_bit_30)
{
	cr_assert_str_eq(syscall_name(SYSCALL_ABI_X32, X32(0)), "read");
	cr_assert_str_eq(syscall_name(SYSCALL_ABI_X32, X32(514)), "ioctl");
	cr_assert_str_eq(syscall_name(SYSCALL_ABI_X32, 0), "syscall_0x0");
	cr_assert_eq(syscall_number(SYSCALL_ABI_X32, "ioctl"), X32(514));
}

Test(syscall_name, unknown_number_is_named_in_hex)
{
	cr_assert_str_eq(syscall_name(SYSCALL_ABI_X86_64, 0x1ff), "syscall_0x1ff");
	cr_assert_str_eq(syscall_name(SYSCALL_ABI_I386, UINT32_MAX), "syscall_0xffffffff");
	cr_assert_str_eq(syscall_name(SYSCALL_ABI_X86_64, X32(0)), "syscall_0x40000000");
	cr_assert_null(syscall_known_name(SYSCALL_ABI_X86_64, 0x1ff));
}

Test(syscall_name, name_of_a_number_is_always_the_same_pointer)
{
	const char *known = syscall_name(SYSCALL_ABI_X86_64, 1);
	const char *unknown = syscall_name(SYSCALL_ABI_X86_64, 0x1ff);

	for (uint32_t nr = 0x200; nr < 0x1200; nr++)
		syscall_name(SYSCALL_ABI_I386, nr);
	cr_assert_eq(syscall_name(SYSCALL_ABI_X86_64, 1), known);
	cr_assert_eq(syscall_name(SYSCALL_ABI_I386, 0x1ff), unknown);
	cr_assert_str_eq(unknown, "syscall_0x1ff");
}

Test(syscall_name, every_name_leads_back_to_its_number)
{
	for (int abi = 0; abi < SYSCALL_NR_ABIS; abi++) {
		uint32_t bit = abi == SYSCALL_ABI_X32 ? SYSCALL_X32_BIT : 0;
		unsigned int nr_named = 0;

		for (uint32_t nr = bit; nr < bit + 2000; nr++) {
			cr_assert_eq(syscall_number(abi, syscall_name(abi, nr)), nr, "%s %s",
				     syscall_abi_name(abi), syscall_name(abi, nr));
			nr_named += syscall_known_name(abi, nr) != NULL;
		}
		cr_assert_gt(nr_named, 300);
	}
}

Test(syscall_name, words_that_are_not_calls_have_no_number)
{
	static const char *const words[] = { "raed",	     "",
					     "syscall_0x",   "syscall_0xg",
					     "syscall_0x1 ", "syscall_0x100000000",
					     "syscall_511",  "READ" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		cr_assert_eq(syscall_number(SYSCALL_ABI_X86_64, words[i]), -1, "%s", words[i]);
	cr_assert_eq(syscall_number(SYSCALL_ABI_X86_64, "socketcall"), -1);
	cr_assert_eq(syscall_number(SYSCALL_ABI_I386, "socketcall"), 102);
}

Test(syscall_name, calls_that_return_a_number_of_bytes_are_recognised)
{
	static const char *const movers[] = {
		"read",	  "write",	     "pread64", "pwritev2", "recvfrom", "sendfile",
		"splice", "copy_file_range", "readv",	"sendmsg",  "vmsplice", "process_vm_readv"
	};
	static const char *const others[] = { "getdents64", "getrandom", "recvmmsg", "sendmmsg",
					      "lseek",	    "mmap",	 "ioctl",    "readlink",
					      "open",	    "brk",	 "readahead" };

	for (size_t i = 0; i < sizeof(movers) / sizeof(movers[0]); i++)
		for (int abi = 0; abi < SYSCALL_NR_ABIS; abi++)
			cr_assert(
				syscall_moves_bytes(abi, (uint32_t)syscall_number(abi, movers[i])),
				"%s", movers[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		for (int abi = 0; abi < SYSCALL_NR_ABIS; abi++)
			cr_assert_not(
				syscall_moves_bytes(abi, (uint32_t)syscall_number(abi, others[i])),
				"%s", others[i]);
	cr_assert_not(syscall_moves_bytes(SYSCALL_ABI_X86_64, 0x1ff));
	cr_assert_not(syscall_moves_bytes(SYSCALL_ABI_I386, UINT32_MAX));
}

Test(syscall_name, errors_have_the_kernels_names)
{
	cr_assert_str_eq(syscall_errno_name(ENOENT), "ENOENT");
	cr_assert_str_eq(syscall_errno_name(EAGAIN), "EAGAIN");
	cr_assert_str_eq(syscall_errno_name(EOPNOTSUPP), "EOPNOTSUPP");
	cr_assert_str_eq(syscall_errno_name(524), "ENOTSUPP");
	cr_assert_str_eq(syscall_errno_name(4000), "errno_4000");
	cr_assert_str_eq(syscall_errno_name(0), "errno_0");
	cr_assert_str_eq(syscall_errno_name(UINT32_MAX), "errno_4294967295");
}

Test(syscall_name, error_names_lead_back_to_their_number)
{
	for (unsigned int error = 1; error <= 4095; error++)
		cr_assert_eq(syscall_errno_from_name(syscall_errno_name(error)), (int)error);
	cr_assert_eq(syscall_errno_from_name("ENOSUCH"), -1);
	cr_assert_eq(syscall_errno_from_name("errno_"), -1);
	cr_assert_eq(syscall_errno_from_name("errno_99999999999"), -1);
}

Test(syscall_name, abis_have_names)
{
	for (int abi = 0; abi < SYSCALL_NR_ABIS; abi++)
		cr_assert_eq(syscall_abi_from_name(syscall_abi_name(abi)), abi);
	cr_assert_eq(syscall_abi_from_name("arm64"), -1);
}
