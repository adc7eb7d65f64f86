/* SPDX-License-Identifier: MIT */
/*
 * The files that a run leaves. Files that other users have planted under the same names do no harm.
 * If a run writes no profile, an earlier profile does not stay in its place.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/live/live.h"

TestSuite(planted, .init = live_init, .fini = live_fini, .timeout = 120);
TestSuite(stale, .init = live_init, .fini = live_fini, .timeout = 120);

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
	cr_expect_str_eq(text, expected, "%s has other text", path);
}

static const char *last_line(const struct live *live)
{
	char *text = live->texts[1], *line;

	if (*text && text[strlen(text) - 1] == '\n')
		text[strlen(text) - 1] = '\0';
	line = strrchr(text, '\n');
	return line ? line + 1 : text;
}

static void expect_refusal(const struct live *live, int status)
{
	EXPECT_EXIT(live, status);
	cr_expect(strstr(last_line(live), "It is a symbolic link"), "%s", live->texts[1]);
	expect_text("victim", "precious");
}

/*
 * The default name contains the process id. Only a program that loads the shim itself can know this
 * id before scprof starts, and then the program runs unprofiled.
 */
static struct live *run_beside_link(const char *ending, const char *log)
{
	char *command = live_text("ln -s victim scprof.tracee_status.$$%s; "
				  "LD_PRELOAD='%s' SCPROF_LOG=%s exec '%s' 4",
				  ending, live_built("shim/.libs/libscprof.so"), log,
				  live_tracee("status"));

	put("victim", "precious");
	return PLAIN("sh", "-c", command);
}

Test(planted, link_under_the_default_name_of_the_profile)
{
	expect_refusal(run_beside_link(".pb.gz", "no"), 4);
}

Test(planted, link_under_the_default_name_of_the_log)
{
	expect_refusal(run_beside_link(".sclog", "yes"), 4);
}

Test(planted, link_under_the_name_of_the_log_beside_a_given_profile)
{
	put("victim", "precious");
	cr_assert_eq(symlink("victim", "x.sclog"), 0);
	expect_refusal(PLAIN(live_built("scprof"), "-o", "x.pb.gz", "--log", "true"), 3);
}

Test(planted, link_under_the_name_of_one_of_several_runs)
{
	put("victim", "precious");
	cr_assert_eq(symlink("victim", "x.pb.gz.run"), 0);
	expect_refusal(PLAIN(live_built("scprof"), "--runs", "2", "-o", "x.pb.gz", "true"), 3);
}

Test(planted, link_under_the_derived_name_of_a_baseline)
{
	struct live *live;

	put("victim", "precious");
	cr_assert_eq(symlink("victim", "x.baseline.yml"), 0);
	PLAIN(live_built("scprof"), "-o", "x.pb.gz", live_tracee("status"), "4");
	live = PLAIN(live_built("scprof"), "baseline", "update", "x.pb.gz");
	expect_refusal(live, 3);
}

/*
 * Each command creates a new file under the given name. It never changes another hard link of the
 * old file.
 */
Test(planted, hard_links_under_all_given_names)
{
	static const char *const commands[] = {
		"'%s' -q -o out --log=log true && cp out x.pb.gz && cp log x.sclog",
		"'%s' report -o out x.pb.gz",
		"'%s' report -f json -o out x.pb.gz",
		"'%s' diff -o out x.pb.gz x.pb.gz",
		"'%s' merge -q -o out x.pb.gz x.pb.gz",
		"'%s' log -o out x.sclog",
		"'%s' check --baseline x.pb.gz -r junit=out x.pb.gz",
		"'%s' baseline update -o out x.pb.gz",
	};

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		const char *format = commands[i];
		const char *rest = strstr(format, "%s") + 2;
		struct live *live;

		put("victim", "precious");
		unlink("out");
		unlink("log");
		cr_assert_eq(link("victim", "out"), 0);
		cr_assert_eq(link("victim", "log"), 0);
		live = PLAIN("sh", "-c", live_text("'%s%s", live_built("scprof"), rest));
		EXPECT_EXIT(live, 0);
		expect_text("victim", "precious");
	}
}

static void expect_gone(const struct live *live, const char *path)
{
	cr_expect_neq(access(path, F_OK), 0, "%s still exists; stderr: %s", path, live->texts[1]);
	cr_expect(strstr(last_line(live), "there is no profile"), "stderr: %s", live->texts[1]);
}

static struct live *old_profile(const char *path)
{
	struct live *live =
		PLAIN(live_built("scprof"), "-q", "-o", path, live_tracee("status"), "4");

	cr_assert_eq(access(path, F_OK), 0);
	return live;
}

/* Kills the helper. It is a child of the launcher, and the launcher is the parent of this shell. */
static const char kill_helper[] =
	"for pid in /proc/[0-9]*; do"
	"  [ \"$(cat \"$pid/comm\" 2>/dev/null)\" = scprof-helper ] &&"
	"  grep -q \"^PPid:	$PPID\\$\" \"$pid/status\" && kill -9 \"${pid#/proc/}\";"
	"done; sleep 10";

Test(stale, profile_is_removed_when_the_helper_is_killed)
{
	struct live *live;

	old_profile("x.pb.gz");
	live = PLAIN(live_built("scprof"), "-o", "x.pb.gz", "sh", "-c", kill_helper);
	EXPECT_SIGNAL(live, SIGKILL);
	expect_gone(live, "x.pb.gz");
	live = PLAIN(live_built("scprof"), "check", "--baseline", "x.pb.gz", "x.pb.gz");
	EXPECT_EXIT(live, 3);
	cr_expect(strstr(live->texts[1], "No such file"), "%s", live->texts[1]);
}

Test(stale, profile_is_removed_when_one_of_several_runs_fails)
{
	struct live *live;

	old_profile("x.pb.gz");
	live = PLAIN(live_built("scprof"), "--runs", "3", "-o", "x.pb.gz", "sh", "-c", kill_helper);
	EXPECT_SIGNAL(live, SIGKILL);
	cr_expect_neq(access("x.pb.gz", F_OK), 0);
	cr_expect_neq(access("x.pb.gz.run", F_OK), 0);
	cr_expect(strstr(last_line(live), "no profile of all runs is written"), "%s",
		  live->texts[1]);
}

Test(stale, log_is_removed_when_the_helper_is_killed)
{
	put("x.sclog", "the previous log");
	PLAIN(live_built("scprof"), "-o", "x.pb.gz", "--log", "sh", "-c", kill_helper);
	cr_expect_neq(system("grep -q 'the previous log' x.sclog"), 0);
}

Test(stale, profile_is_removed_when_the_disk_is_full)
{
	struct live *live;

	live_need_root();
	mkdir("full", 0700);
	if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("none", "full", "tmpfs", 0, "size=64k,mode=0777") != 0)
		LIVE_SKIP("file systems cannot be mounted here");
	put("full/x.pb.gz", "old");
	cr_assert_neq(system("yes >full/filler 2>/dev/null"), 0);
	/* The old profile is removed, which frees its page for the program. */
	live = PLAIN(live_built("scprof"), "-o", "full/x.pb.gz", "sh", "-c",
		     "yes >>full/filler 2>/dev/null; exit 7");
	EXPECT_EXIT(live, 7);
	expect_gone(live, "full/x.pb.gz");
	umount("full");
}

Test(stale, profile_is_removed_when_the_program_runs_unprofiled)
{
	struct live *live;

	put("live.pb.gz", "old");
	setenv("SCPROF_ENGINE", "steam", 1);
	live = PRELOAD(live_tracee("status"), "4");
	EXPECT_EXIT(live, 4);
	cr_expect_neq(access("live.pb.gz", F_OK), 0);
}

Test(stale, profile_stays_when_the_program_does_not_run)
{
	struct live *live;

	old_profile("x.pb.gz");
	live = PLAIN(live_built("scprof"), "-o", "x.pb.gz", "./no-such-program");
	EXPECT_EXIT(live, 127);
	cr_expect_eq(access("x.pb.gz", F_OK), 0);
}

Test(stale, target_of_a_link_is_removed_and_the_link_stays)
{
	struct live *live;
	struct stat status;

	old_profile("target.pb.gz");
	cr_assert_eq(symlink("target.pb.gz", "link.pb.gz"), 0);
	live = PLAIN(live_built("scprof"), "-q", "-o", "link.pb.gz", "sh", "-c",
		     "test ! -e link.pb.gz && test -L link.pb.gz");
	EXPECT_EXIT(live, 0);
	cr_assert_eq(lstat("link.pb.gz", &status), 0);
	cr_expect(S_ISLNK(status.st_mode));
	live_load(live, "target.pb.gz");
}
