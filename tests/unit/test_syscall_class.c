// SPDX-License-Identifier: MIT
/*
 * Compares the classes of -e/--trace with the installed strace, which shows the numbers of a class
 * in each ABI. Numbers for which strace has no name yet are left out.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/syscall/syscall_class.h"
#include "profile/syscall/syscall_set.h"
#include "profile/util/xalloc.h"

#define NR_CALLS 600

/* Sets @is_shown for the numbers that strace shows for @spec. Returns how many there are. */
static unsigned int ask_strace(const char *spec, enum syscall_abi abi, bool is_shown[NR_CALLS])
{
	const char *top = getenv("top_builddir");
	char *command = xasprintf("strace -n -o '|cat' -e trace='%s' "
				  "%s/tests/unit/syscall_set/every_number %s 2>&1",
				  spec, top ? top : ".", syscall_abi_name(abi));
	FILE *pipe = popen(command, "r");
	unsigned int nr_shown = 0;
	char line[4096];

	cr_assert_not_null(pipe);
	while (fgets(line, sizeof(line), pipe)) {
		unsigned int nr;
		char name[64];

		if (!strstr(line, "ENOTNAM") || sscanf(line, "[%u] %63[^(]", &nr, name) != 2)
			continue;
		/* strace shows x32 calls by their x86-64 number, and these belong to no ABI */
		if (strncmp(name, "syscall_0x", 10) == 0 || strchr(name, '#'))
			continue;
		nr &= ~SYSCALL_X32_BIT;
		if (nr < NR_CALLS && !is_shown[nr])
			nr_shown++;
		if (nr < NR_CALLS)
			is_shown[nr] = true;
	}
	pclose(pipe);
	free(command);
	return nr_shown;
}

static bool has_strace(void)
{
	return system("strace -o /dev/null true >/dev/null 2>&1") == 0;
}

static void compare(const char *word, enum syscall_abi abi, const bool is_known[NR_CALLS])
{
	uint32_t bit = abi == SYSCALL_ABI_X32 ? SYSCALL_X32_BIT : 0;
	bool is_shown[NR_CALLS] = { false };
	struct syscall_set set;
	char *error;

	ask_strace(word, abi, is_shown);
	cr_assert_eq(syscall_set_parse(&set, word, &error), 0);
	for (uint32_t nr = 0; nr < NR_CALLS; nr++) {
		if (!is_known[nr])
			continue;
		cr_assert_eq(syscall_set_has(&set, abi, nr | bit), is_shown[nr], "%s of %s: %s",
			     word, syscall_abi_name(abi), syscall_name(abi, nr | bit));
	}
}

static void compare_all(enum syscall_abi abi)
{
	bool is_known[NR_CALLS] = { false };
	unsigned int nr_known;

	if (!has_strace())
		cr_skip_test("strace does not run here");
	nr_known = ask_strace("all", abi, is_known);
	if (!nr_known && abi != SYSCALL_ABI_X86_64)
		cr_skip_test("this kernel does not allow %s calls", syscall_abi_name(abi));
	cr_assert_gt(nr_known, 300);
	for (int id = 0; syscall_class_word(id); id++)
		if (strcmp(syscall_class_word(id), "%wait") != 0)
			compare(syscall_class_word(id), abi, is_known);
	compare("/^(re|get).*[0-9]$", abi, is_known);
	compare("!%file,read,/^s", abi, is_known);
	compare("39,read@64,?write@32", abi, is_known);
}

Test(syscall_class, x86_64_classes_are_those_of_strace)
{
	compare_all(SYSCALL_ABI_X86_64);
}

Test(syscall_class, i386_classes_are_those_of_strace)
{
	compare_all(SYSCALL_ABI_I386);
}

Test(syscall_class, x32_classes_are_those_of_strace)
{
	compare_all(SYSCALL_ABI_X32);
}

Test(syscall_class, numbers_and_names_are_those_of_strace)
{
	if (!has_strace())
		cr_skip_test("strace does not run here");
	for (int abi = 0; abi < SYSCALL_NR_ABIS; abi++) {
		uint32_t bit = abi == SYSCALL_ABI_X32 ? SYSCALL_X32_BIT : 0;
		bool is_known[NR_CALLS] = { false };

		ask_strace("all", abi, is_known);
		for (uint32_t nr = 0; nr < NR_CALLS; nr++)
			cr_assert(!is_known[nr] || syscall_known_name(abi, nr | bit), "%s %u",
				  syscall_abi_name(abi), nr);
	}
}
