// SPDX-License-Identifier: MIT
/*
 * A call as text: arguments are written by their kind, results as strace writes them, and names are
 * escaped.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "cli/view/call_text.h"
#include "profile/syscall/syscall_signature.h"

static struct log_file log_file;
static struct log_touched touched[2];

static void setup(void)
{
	profile_init(&log_file.profile);
	log_file.touched = touched;
	log_file.nr_touched = 2;
}

static void teardown(void)
{
	profile_fini(&log_file.profile);
}

TestSuite(call_text, .init = setup, .fini = teardown);

static struct log_call call_of(const char *name, enum syscall_abi abi)
{
	return (struct log_call){ .nr = (uint32_t)syscall_number(abi, name), .abi = abi };
}

static void expect_call(const struct log_call *call, const char *wanted)
{
	char *text = call_text_call(&log_file, call);

	cr_expect_str_eq(text, wanted);
	free(text);
}

static void expect_result(const struct log_call *call, const char *wanted)
{
	char *text = call_text_result(call);

	cr_expect_str_eq(text, wanted);
	free(text);
}

Test(call_text, arguments_are_written_by_their_kind)
{
	struct log_call call = call_of("openat", SYSCALL_ABI_X86_64);

	call.args[0] = (uint64_t)AT_FDCWD;
	call.args[1] = 0x7fff1000;
	call.args[2] = O_RDONLY;
	call.args[3] = 0644;
	expect_call(&call, "openat(AT_FDCWD, 0x7fff1000, 0)");
	call.args[0] = 0xffffff9c; /* AT_FDCWD in 32 bits */
	call.args[2] = O_CREAT | O_WRONLY;
	expect_call(&call, "openat(AT_FDCWD, 0x7fff1000, 0x41, 0644)");
	call = call_of("lseek", SYSCALL_ABI_X86_64);
	call.args[0] = 3;
	call.args[1] = (uint64_t)-5;
	call.args[2] = 1;
	expect_call(&call, "lseek(3, -5, 1)");
	call = call_of("kill", SYSCALL_ABI_X86_64);
	call.args[0] = (uint64_t)-1;
	call.args[1] = 15;
	expect_call(&call, "kill(-1, SIGTERM)");
	call = call_of("write", SYSCALL_ABI_I386);
	call.args[0] = 1;
	call.args[2] = 4096;
	expect_call(&call, "write (i386)(1, NULL, 4096)");
	call = call_of("getpid", SYSCALL_ABI_X86_64);
	expect_call(&call, "getpid()");
	call = (struct log_call){ .nr = 500, .args = { 1, 0, 0xff } };
	expect_call(&call, "syscall_0x1f4(0x1, 0, 0xff, 0, 0, 0)");
}

Test(call_text, results_are_numbers_addresses_errors_or_unknown)
{
	struct log_call call = call_of("mmap", SYSCALL_ABI_X86_64);

	call.result = 0x7f0000001000;
	expect_result(&call, "0x7f0000001000");
	call.result = -ENOMEM;
	expect_result(&call, "-1 ENOMEM (Cannot allocate memory)");
	cr_expect_eq(call_text_error(&call), ENOMEM);
	call = call_of("lseek", SYSCALL_ABI_X86_64);
	call.result = -4096;
	expect_result(&call, "-4096");
	cr_expect_eq(call_text_error(&call), 0);
	call.result = -4000;
	expect_result(&call, "-1 errno_4000");
	call.state = LOG_UNFINISHED;
	expect_result(&call, "? <unfinished ...>");
	call.state = LOG_ENDING;
	expect_result(&call, "?");
}

Test(call_text, names_of_files_are_written_with_their_argument)
{
	struct log_call call = call_of("read", SYSCALL_ABI_X86_64);

	call.touched = 1;
	call.args[0] = 3;
	touched[1].fd = 4;
	touched[1].path = string_table_intern(&log_file.profile.strings, "/tmp/a\033b");
	expect_call(&call, "read(3</tmp/a\\x1bb>, NULL, 0)");
	call = call_of("openat", SYSCALL_ABI_X86_64);
	call.args[0] = 3;
	call.touched = 1;
	touched[1].fd = 0;
	touched[1].path = string_table_intern(&log_file.profile.strings, "/tmp/\"x\"");
	expect_call(&call, "openat(3, \"/tmp/\\\"x\\\"\", 0)");
}

Test(call_text, every_call_with_a_name_has_a_signature)
{
	for (int abi = 0; abi < SYSCALL_NR_ABIS; abi++) {
		for (uint32_t nr = 0; nr < 470; nr++) {
			uint32_t full = abi == SYSCALL_ABI_X32 ? nr | SYSCALL_X32_BIT : nr;
			const char *name = syscall_known_name((enum syscall_abi)abi, full);
			const char *kinds = syscall_signature((enum syscall_abi)abi, full);

			cr_assert_leq(strlen(kinds), SYSCALL_MAX_ARGS);
			cr_assert_eq(strspn(kinds, "dDspocxuilg"), strlen(kinds), "%s: %s", name,
				     kinds);
			cr_expect(!name || strcmp(kinds, "xxxxxx") != 0,
				  "%s of %s has no signature", name,
				  syscall_abi_name((enum syscall_abi)abi));
		}
	}
}
