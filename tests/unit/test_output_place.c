/* SPDX-License-Identifier: MIT */
/*
 * Creating output files: a link, pipe or file that somebody has planted there causes no loss of any
 * file.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "profile/util/atomic_file.h"

static unsigned int nr_synced;

/* Replaces the C library's function. */
int fsync(int fd)
{
	struct stat status;

	cr_expect_eq(fstat(fd, &status), 0);
	nr_synced++;
	return 0;
}

#define OTHER_USER 65534

static char folder[] = "/tmp/scprof-place.XXXXXX";

static void init(void)
{
	cr_assert(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
}

static void fini(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	if (system(command) != 0)
		cr_log_error("%s still exists", folder);
}

TestSuite(output_place, .init = init, .fini = fini);

static void put(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	cr_assert_not_null(file);
	fputs(text, file);
	fclose(file);
}

static void expect_text(const char *path, const char *expected)
{
	char text[64] = "";
	FILE *file = fopen(path, "re");

	cr_assert_not_null(file, "%s", path);
	if (!fgets(text, sizeof(text), file))
		text[0] = '\0';
	fclose(file);
	cr_expect_str_eq(text, expected, "%s has '%s'", path, text);
}

static int write_new(const char *path, enum name_origin origin)
{
	struct atomic_file file;
	int err = atomic_file_open(&file, path, origin);

	if (err)
		return err;
	cr_assert_eq(write(file.fd, "new", 3), 3);
	return atomic_file_commit(&file, false);
}

/* Makes a current directory in which every user may write and nobody may remove files of others. */
static void share_directory(void)
{
	if (geteuid() != 0) {
		fini(); /* Criterion does not call it if a test is skipped */
		cr_skip_test("only root can make files of two owners");
	}
	cr_assert_eq(chmod(folder, 01777), 0);
}

static void give_away(const char *path)
{
	cr_assert_eq(lchown(path, OTHER_USER, OTHER_USER), 0);
}

Test(output_place, a_link_under_a_derived_name_is_refused)
{
	put("victim", "precious");
	cr_assert_eq(symlink("victim", "link"), 0);
	cr_expect_eq(write_new("link", NAME_DERIVED), -ELOOP);
	cr_expect_eq(atomic_file_try("link", NAME_DERIVED), -ELOOP);
	cr_expect_eq(output_place_clear("link", NAME_DERIVED), -ELOOP);
	expect_text("victim", "precious");
}

Test(output_place, a_dangling_link_under_a_derived_name_is_refused)
{
	cr_assert_eq(symlink("victim", "link"), 0);
	cr_expect_eq(write_new("link", NAME_DERIVED), -ELOOP);
	cr_expect_neq(access("victim", F_OK), 0);
}

Test(output_place, a_pipe_under_a_derived_name_is_refused)
{
	cr_assert_eq(mkfifo("pipe", 0666), 0);
	cr_expect_eq(write_new("pipe", NAME_DERIVED), -ENXIO);
	cr_expect_eq(output_place_clear("pipe", NAME_DERIVED), -ENXIO);
	cr_expect_eq(output_place_clear("pipe", NAME_GIVEN), 0);
	cr_expect_eq(access("pipe", F_OK), 0);
}

Test(output_place, a_link_that_is_planted_meanwhile_is_replaced)
{
	struct atomic_file file;

	put("victim", "precious");
	cr_assert_eq(atomic_file_open(&file, "profile", NAME_DERIVED), 0);
	cr_assert_eq(write(file.fd, "new", 3), 3);
	cr_assert_eq(symlink("victim", "profile"), 0);
	cr_assert_eq(atomic_file_commit(&file, false), 0);
	expect_text("victim", "precious");
	expect_text("profile", "new");
}

Test(output_place, another_hard_link_of_the_old_file_keeps_its_text)
{
	put("victim", "precious");
	cr_assert_eq(link("victim", "one"), 0);
	cr_assert_eq(link("victim", "two"), 0);
	cr_expect_eq(write_new("one", NAME_DERIVED), 0);
	cr_expect_eq(write_new("two", NAME_GIVEN), 0);
	expect_text("victim", "precious");
	expect_text("one", "new");
	expect_text("two", "new");
}

Test(output_place, a_link_that_the_user_made_is_followed_under_a_given_name)
{
	cr_assert_eq(mkdir("sub", 0755), 0);
	cr_assert_eq(symlink("sub/second", "first"), 0);
	cr_assert_eq(symlink("../target", "sub/second"), 0);
	cr_expect_eq(write_new("first", NAME_GIVEN), 0);
	expect_text("target", "new");
	put("target", "old");
	cr_expect_eq(write_new("first", NAME_GIVEN), 0);
	expect_text("target", "new");
	cr_expect_eq(output_place_clear("first", NAME_GIVEN), 0);
	cr_expect_neq(access("target", F_OK), 0);
	cr_expect_eq(readlink("first", (char[8]){ 0 }, 7), 7, "the link was replaced");
}

Test(output_place, links_in_a_circle_are_refused)
{
	cr_assert_eq(symlink("two", "one"), 0);
	cr_assert_eq(symlink("one", "two"), 0);
	cr_expect_eq(write_new("one", NAME_GIVEN), -ELOOP);
}

Test(output_place, a_link_to_a_directory_is_refused)
{
	cr_assert_eq(mkdir("sub", 0755), 0);
	cr_assert_eq(symlink("sub", "link"), 0);
	cr_assert_eq(symlink("new/", "slash"), 0);
	cr_expect_eq(write_new("sub", NAME_GIVEN), -EISDIR);
	cr_expect_eq(write_new("link", NAME_GIVEN), -EISDIR);
	cr_expect_eq(write_new("slash", NAME_GIVEN), -EISDIR);
	cr_expect_eq(write_new("none/", NAME_GIVEN), -EISDIR);
	cr_expect_eq(write_new("..", NAME_GIVEN), -EISDIR);
	cr_expect_eq(write_new("", NAME_GIVEN), -ENOENT);
}

Test(output_place, another_users_link_in_a_shared_directory_is_not_followed)
{
	share_directory();
	put("victim", "precious");
	cr_assert_eq(symlink("victim", "link"), 0);
	cr_assert_eq(symlink("link", "own"), 0);
	give_away("link");
	cr_expect_eq(write_new("link", NAME_GIVEN), -EPERM);
	cr_expect_eq(write_new("own", NAME_GIVEN), -EPERM);
	cr_expect_eq(output_place_clear("link", NAME_GIVEN), -EPERM);
	cr_expect_eq(write_new("link", NAME_DERIVED), -ELOOP);
	expect_text("victim", "precious");
	cr_expect_not_null(
		strstr(output_place_explain("link", NAME_GIVEN, -EPERM), "another user"));
}

Test(output_place, another_users_pipe_in_a_shared_directory_is_not_written_to)
{
	share_directory();
	cr_assert_eq(mkfifo("pipe", 0666), 0);
	give_away("pipe");
	cr_expect_eq(write_new("pipe", NAME_GIVEN), -EPERM);
}

Test(output_place, another_users_file_under_a_derived_name_in_a_shared_directory_is_refused)
{
	share_directory();
	put("file", "theirs");
	give_away("file");
	cr_expect_eq(write_new("file", NAME_DERIVED), -EPERM);
	cr_expect_eq(output_place_clear("file", NAME_DERIVED), -EPERM);
	expect_text("file", "theirs");
	/* Root may overwrite it if the user names it. */
	cr_expect_eq(write_new("file", NAME_GIVEN), 0);
	expect_text("file", "new");
}

Test(output_place, a_file_that_is_standard_output_keeps_its_contents)
{
	int kept = dup(STDOUT_FILENO), fd = open("out", O_WRONLY | O_CREAT | O_TRUNC, 0666);
	int err;

	cr_assert_eq(write(fd, "old ", 4), 4);
	cr_assert_neq(dup2(fd, STDOUT_FILENO), -1);
	err = write_new("/dev/stdout", NAME_GIVEN);
	cr_assert_neq(dup2(kept, STDOUT_FILENO), -1);
	cr_expect_eq(err, 0);
	expect_text("out", "old new");
}

Test(output_place, a_file_can_be_placed_before_it_is_complete)
{
	struct atomic_file file;

	put("log", "old");
	cr_assert_eq(atomic_file_open(&file, "log", NAME_DERIVED), 0);
	expect_text("log", "old");
	cr_assert_eq(atomic_file_place(&file), 0);
	expect_text("log", "");
	cr_assert_eq(write(file.fd, "new", 3), 3);
	cr_assert_eq(atomic_file_commit(&file, false), 0);
	expect_text("log", "new");
}

Test(output_place, temporary_names_cannot_be_predicted)
{
	struct atomic_file one, two;

	cr_assert_eq(atomic_file_open(&one, "x", NAME_GIVEN), 0);
	cr_assert_eq(atomic_file_open(&two, "x", NAME_GIVEN), 0);
	cr_expect_str_neq(one.temporary, two.temporary);
	atomic_file_abort(&one);
	atomic_file_abort(&two);
	cr_expect_eq(system("test -z \"$(ls -A)\""), 0, "a file was left");
}

static void commit(bool is_durable)
{
	struct atomic_file file;

	cr_assert_eq(atomic_file_open(&file, "durable", NAME_DERIVED), 0);
	cr_assert_eq(atomic_file_commit(&file, is_durable), 0);
}

Test(output_place, a_file_is_made_durable_at_once_or_later)
{
	commit(true);
	cr_expect_eq(nr_synced, 2, "%u calls of fsync, for the file and its directory", nr_synced);
	commit(false);
	cr_expect_eq(nr_synced, 2);
	atomic_file_sync("durable");
	cr_expect_eq(nr_synced, 4, "%u", nr_synced);
	cr_assert_eq(unlink("durable"), 0);
	atomic_file_sync("durable");
	cr_expect_eq(nr_synced, 4, "fsync of a missing file");
}
