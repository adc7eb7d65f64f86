// SPDX-License-Identifier: MIT
/*
 * The parser of -e/--trace. The expected meaning of each spelling was tested with strace 6.1.
 * test_syscall_class compares the members of the classes with the installed strace.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/syscall/syscall_class.h"
#include "profile/syscall/syscall_set.h"

static struct syscall_set parse(const char *spec)
{
	struct syscall_set set;
	char *error = NULL;

	cr_assert_eq(syscall_set_parse(&set, spec, &error), 0, "%s: %s", spec, error);
	cr_assert_null(error);
	return set;
}

static bool has(const char *spec, const char *name)
{
	struct syscall_set set = parse(spec);
	int64_t nr = syscall_number(SYSCALL_ABI_X86_64, name);

	cr_assert_geq(nr, 0, "%s", name);
	return syscall_set_has(&set, SYSCALL_ABI_X86_64, (uint32_t)nr);
}

static unsigned int count(const char *spec, enum syscall_abi abi)
{
	struct syscall_set set = parse(spec);
	uint32_t bit = abi == SYSCALL_ABI_X32 ? SYSCALL_X32_BIT : 0;
	unsigned int nr = 0;

	for (uint32_t slot = 0; slot < SYSCALL_SET_MAX_NR; slot++)
		nr += syscall_set_has(&set, abi, slot | bit);
	return nr;
}

static void assert_same(const char *a, const char *b)
{
	struct syscall_set x = parse(a), y = parse(b);

	cr_assert_arr_eq(x.bits, y.bits, sizeof(x.bits), "%s and %s", a, b);
	cr_assert_eq(x.others, y.others, "%s and %s", a, b);
}

static void assert_error(const char *spec, const char *expected)
{
	struct syscall_set set;
	char *error = NULL;

	cr_assert_eq(syscall_set_parse(&set, spec, &error), -EINVAL, "%s", spec);
	cr_assert_str_eq(error, expected);
	free(error);
}

Test(syscall_set, filled_set_has_every_number)
{
	struct syscall_set set;

	syscall_set_fill(&set);
	cr_assert(syscall_set_is_full(&set));
	cr_assert(syscall_set_has(&set, SYSCALL_ABI_X86_64, 0x1ff));
	cr_assert(syscall_set_has(&set, SYSCALL_ABI_X32, SYSCALL_X32_BIT | 1));
	cr_assert(syscall_set_has(&set, SYSCALL_ABI_I386, UINT32_MAX));
}

Test(syscall_set, names_select_those_calls_and_no_other)
{
	cr_assert(has("read,write", "read"));
	cr_assert(has("read,write", "write"));
	cr_assert_not(has("read,write", "pread64"));
	cr_assert_eq(count("read,write", SYSCALL_ABI_X86_64), 2);
	assert_same("trace=read,write", "read,write");
	assert_same("t=read,write", "read,write");
	assert_same(",read,,write,", "read,write");
}

Test(syscall_set, name_selects_the_call_in_every_abi)
{
	struct syscall_set set = parse("read");

	cr_assert(syscall_set_has(&set, SYSCALL_ABI_X86_64, 0));
	cr_assert(syscall_set_has(&set, SYSCALL_ABI_I386, 3));
	cr_assert(syscall_set_has(&set, SYSCALL_ABI_X32, SYSCALL_X32_BIT));
	cr_assert_not(syscall_set_has(&set, SYSCALL_ABI_I386, 0));
	cr_assert_not(syscall_set_has(&set, SYSCALL_ABI_X32, 0));
	cr_assert_eq(count("socketcall", SYSCALL_ABI_X86_64), 0);
	cr_assert_eq(count("socketcall", SYSCALL_ABI_I386), 1);
}

Test(syscall_set, personality_restricts_to_one_abi)
{
	struct syscall_set set = parse("read@32,write@64,close@x32");

	cr_assert(syscall_set_has(&set, SYSCALL_ABI_I386, 3));
	cr_assert_not(syscall_set_has(&set, SYSCALL_ABI_X86_64, 0));
	cr_assert(syscall_set_has(&set, SYSCALL_ABI_X86_64, 1));
	cr_assert_not(syscall_set_has(&set, SYSCALL_ABI_I386, 4));
	cr_assert(syscall_set_has(&set, SYSCALL_ABI_X32, SYSCALL_X32_BIT | 3));
	cr_assert_eq(count("all@32", SYSCALL_ABI_X86_64), 0);
	cr_assert_eq(count("%file@64", SYSCALL_ABI_I386), 0);
	cr_assert_gt(count("%file@64", SYSCALL_ABI_X86_64), 60);
	assert_error("read@arm", "unknown ABI 'arm' in 'read@arm': it is one of @64, @32 and @x32");
	assert_error("socketcall@64", "unknown system call 'socketcall@64'");
}

Test(syscall_set, exclamation_mark_inverts_the_whole_set)
{
	struct syscall_set set = parse("!read,write");

	cr_assert_not(syscall_set_has(&set, SYSCALL_ABI_X86_64, 0));
	cr_assert_not(syscall_set_has(&set, SYSCALL_ABI_X86_64, 1));
	cr_assert(syscall_set_has(&set, SYSCALL_ABI_X86_64, 2));
	cr_assert(syscall_set_has(&set, SYSCALL_ABI_X86_64, 0x1ff));
	cr_assert(syscall_set_has(&set, SYSCALL_ABI_X86_64, 0x12345));
	assert_same("!!read", "read");
	assert_same("trace=!read", "!read");
	assert_same("!all", "none");
	assert_same("!none", "all");
}

Test(syscall_set, all_and_none_select_all_calls_and_none)
{
	struct syscall_set all = parse("all"), none = parse("none");

	cr_assert(syscall_set_is_full(&all));
	cr_assert_not(syscall_set_is_full(&none));
	cr_assert_eq(count("none", SYSCALL_ABI_X86_64), 0);
	cr_assert_not(syscall_set_has(&none, SYSCALL_ABI_X86_64, 0x12345));
	assert_same("all,read", "all");
	assert_same("all@64,?no", "all@64");
	cr_assert_eq(count("!all@64", SYSCALL_ABI_X86_64), 0);
	cr_assert_eq(count("!all@64", SYSCALL_ABI_I386), SYSCALL_SET_MAX_NR);
}

Test(syscall_set, unnamed_numbers_are_only_in_inverted_sets)
{
	struct syscall_set some = parse("%file,/.*"), rest = parse("!%file");

	cr_assert_not(syscall_set_has(&some, SYSCALL_ABI_X86_64, 0x1ff));
	cr_assert(syscall_set_has(&rest, SYSCALL_ABI_X86_64, 0x1ff));
}

Test(syscall_set, regex_is_unanchored)
{
	cr_assert(has("/^(p|)read", "read"));
	cr_assert(has("/^(p|)read", "pread64"));
	cr_assert(has("/read", "process_vm_readv"));
	cr_assert_not(has("/^read$", "readv"));
	cr_assert_eq(count("/^read$@32", SYSCALL_ABI_X86_64), 0);
	assert_error(
		"/[",
		"bad regular expression '[': at character 1: missing terminating ] for character class");
	assert_error("/^no_such", "no system call matches '/^no_such'");
	cr_assert_eq(count("?/^no_such", SYSCALL_ABI_X86_64), 0);
}

Test(syscall_set, regex_that_takes_too_long_is_an_error)
{
	struct syscall_set set;
	char *error = NULL;

	cr_assert_eq(syscall_set_parse(&set, "/^(((.*)*)*)*(?!)", &error), -EINVAL);
	cr_assert(strstr(error, "regular expression '^(((.*)*)*)*(?!)' takes too long to match '"),
		  "%s", error);
	free(error);
}

Test(syscall_set, decimal_number_is_looked_up_in_each_abi)
{
	struct syscall_set set = parse("3");

	cr_assert(syscall_set_has(&set, SYSCALL_ABI_X86_64, 3));
	cr_assert(syscall_set_has(&set, SYSCALL_ABI_I386, 3));
	cr_assert(syscall_set_has(&set, SYSCALL_ABI_X32, SYSCALL_X32_BIT | 3));
	cr_assert_eq(count("3@32", SYSCALL_ABI_X86_64), 0);
	assert_same("03", "3");
	assert_error("4000000000", "unknown system call '4000000000'");
	assert_error("99999999999999999999", "unknown system call '99999999999999999999'");
	assert_error("-3", "unknown system call '-3'");
}

Test(syscall_set, unknown_number_can_be_named_as_reports_name_it)
{
	struct syscall_set set = parse("syscall_0x1ff,syscall_0x40000003");

	cr_assert(syscall_set_has(&set, SYSCALL_ABI_X86_64, 0x1ff));
	cr_assert_not(syscall_set_has(&set, SYSCALL_ABI_X86_64, 0x1fe));
	cr_assert_not(syscall_set_has(&set, SYSCALL_ABI_X86_64, 3));
	cr_assert(syscall_set_has(&set, SYSCALL_ABI_X32, SYSCALL_X32_BIT | 3));
}

Test(syscall_set, question_mark_allows_unknown_names)
{
	cr_assert_eq(count("?foo", SYSCALL_ABI_X86_64), 0);
	cr_assert_eq(count("?foo,?%foo,??bar@64,read", SYSCALL_ABI_X86_64), 1);
	cr_assert_eq(count("?socketcall@64", SYSCALL_ABI_X86_64), 0);
	assert_error("?read@foo",
		     "unknown ABI 'foo' in '?read@foo': it is one of @64, @32 and @x32");
}

Test(syscall_set, old_class_names_need_no_percent_sign_and_newer_ones_do)
{
	static const char *const old[] = { "file",   "network", "desc", "process",
					   "signal", "memory",	"ipc" };

	for (size_t i = 0; i < sizeof(old) / sizeof(old[0]); i++) {
		char with_sign[16];

		snprintf(with_sign, sizeof(with_sign), "%%%s", old[i]);
		assert_same(old[i], with_sign);
	}
	cr_assert_eq(count("stat", SYSCALL_ABI_X86_64), 1);
	assert_error("creds", "unknown system call 'creds'; did you mean '%creds'?");
	assert_same("%net", "%network");
}

Test(syscall_set, classes_are_as_large_as_those_of_strace)
{
	/*
	 * Number of calls that strace 6.1 shows for each class, x86-64 and i386, without newer
	 * calls.
	 */
	static const struct {
		const char *spec;
		unsigned int nr[2];
	} known[] = {
		{ "%file", { 67, 77 } },    { "%desc", { 123, 142 } }, { "%network", { 21, 22 } },
		{ "%process", { 16, 17 } }, { "%signal", { 17, 26 } }, { "%memory", { 26, 28 } },
		{ "%ipc", { 12, 12 } },	    { "%creds", { 19, 35 } },  { "%stat", { 1, 3 } },
		{ "%lstat", { 1, 3 } },	    { "%fstat", { 3, 5 } },    { "%%stat", { 5, 11 } },
		{ "%statfs", { 1, 2 } },    { "%fstatfs", { 1, 2 } },  { "%%statfs", { 3, 5 } },
		{ "%clock", { 8, 12 } },    { "%pure", { 8, 12 } },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		for (int abi = 0; abi < 2; abi++) {
			struct syscall_set set = parse(known[i].spec);
			unsigned int nr = 0;

			for (uint32_t slot = 0; slot < 451; slot++)
				nr += syscall_set_has(&set, abi, slot);
			cr_assert_eq(nr, known[i].nr[abi], "%s: %u", known[i].spec, nr);
		}
	}
}

Test(syscall_set, every_member_of_a_class_is_a_call)
{
	for (int id = 0; syscall_class_word(id); id++)
		cr_assert_gt(count(syscall_class_word(id), SYSCALL_ABI_I386), 0);
	cr_assert(syscall_class_has(syscall_class_find("%file"), "open"));
	cr_assert_not(syscall_class_has(syscall_class_find("%file"), "read"));
	cr_assert_not(syscall_class_has(syscall_class_find("%file"), "openat2 openat"));
	cr_assert_eq(syscall_class_find("%"), -1);
}

Test(syscall_set, errors_name_the_nearest_names)
{
	assert_error("raed", "unknown system call 'raed'; did you mean 'read'?");
	assert_error("read,opnat", "unknown system call 'opnat'; did you mean 'openat'?");
	assert_error("xyzzyxyzzy", "unknown system call 'xyzzyxyzzy'");
	assert_error("%fil", "unknown class of system calls '%fil'; did you mean '%file'?");
	assert_error("%", "unknown class of system calls '%'");
}

Test(syscall_set, empty_sets_are_refused)
{
	static const char *const empty[] = { "", ",", "!", "trace=", "t=!,," };

	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++)
		assert_error(empty[i],
			     "an empty set of system calls; 'none' is the way to say that");
	assert_error("read,none", "'none' cannot be combined with other values");
	assert_error("@64", "no system call matches '@64'");
}

Test(syscall_set, other_qualifiers_are_refused)
{
	assert_error("signal=none", "unknown qualifier 'signal=': only 'trace=' is known");
	assert_error("read,!write", "unknown system call '!write'; did you mean 'write'?");
	assert_error(" read", "unknown system call ' read'; did you mean 'read'?");
}

Test(syscall_set, overlong_value_is_refused)
{
	char spec[400];

	memset(spec, 'a', sizeof(spec) - 1);
	spec[sizeof(spec) - 1] = '\0';
	assert_error(spec, "a value of more than 256 characters: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			   "...'");
}
