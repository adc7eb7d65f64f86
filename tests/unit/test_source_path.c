// SPDX-License-Identifier: MIT
/*
 * Paths of source files in the form in which compilers write them.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "profile/util/source_path.h"

static void assert_path(const char *directory, const char *path, const char *expected)
{
	char *joined = source_path_join(directory, path);

	cr_assert_str_eq(joined, expected);
	free(joined);
}

Test(source_path, absolute_path_ignores_the_directory)
{
	assert_path("/build", "/usr/include/stdio.h", "/usr/include/stdio.h");
	assert_path(NULL, "/a", "/a");
}

Test(source_path, relative_path_is_in_the_directory)
{
	assert_path("/build", "main.c", "/build/main.c");
	assert_path("/build/", "src/main.c", "/build/src/main.c");
	assert_path("./csu", "../sysdeps/x86/start.S", "sysdeps/x86/start.S");
	assert_path(NULL, "main.c", "main.c");
}

Test(source_path, useless_parts_are_removed)
{
	assert_path("/b/io", "../sysdeps/./unix//write.c", "/b/sysdeps/unix/write.c");
	assert_path(NULL, "./main.c", "main.c");
	assert_path(NULL, "a/b/../../c.c", "c.c");
	assert_path(NULL, "//a///b/", "/a/b");
	assert_path(NULL, "/usr/bin/../lib/gcc/12/../../../include/c++/12/regex",
		    "/usr/include/c++/12/regex");
}

Test(source_path, path_cannot_go_above_the_root)
{
	assert_path(NULL, "/../../a.c", "/a.c");
	assert_path(NULL, "/a/../..", "/");
	assert_path(NULL, "/..", "/");
	assert_path(NULL, "/", "/");
}

Test(source_path, relative_path_may_start_above_the_directory)
{
	assert_path(NULL, "../a.c", "../a.c");
	assert_path(NULL, "../../a.c", "../../a.c");
	assert_path(NULL, "a/../../b.c", "../b.c");
	assert_path(NULL, "a/..", ".");
	assert_path(NULL, ".", ".");
	assert_path(NULL, "..a/..b/c", "..a/..b/c");
	assert_path(NULL, "...", "...");
	assert_path(NULL, "", "");
}
