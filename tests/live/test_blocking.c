/* SPDX-License-Identifier: MIT */
/*
 * Files and memory pages that a traced process has to provide. The helper waits for none of them
 * for long, and keeps no such file open.
 */
#include <unistd.h>

#include "tests/live/live.h"

TestSuite(blocking, .init = live_init, .fini = live_fini, .timeout = 120);

static void need_fuse(void)
{
	live_need_root();
	if (access("/dev/fuse", R_OK | W_OK) < 0)
		LIVE_SKIP("/dev/fuse cannot be opened here");
	if (PLAIN(live_tracee("fuse"), "folder", "1")->status)
		LIVE_SKIP("a FUSE file system cannot be mounted here");
}

static void need_mounts(void)
{
	live_need_root();
	if (PLAIN("sh", "-c", "mkdir m && mount -t tmpfs t m && umount m && rmdir m")->status)
		LIVE_SKIP("nothing can be mounted here");
}

static void run_on_fuse(const char *engine, const char *how)
{
	struct live *live = SCPROF(engine, live_tracee("fuse"), "folder", "50", how);

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 50, .name = "getppid", .process = "program");
	EXPECT_CALLS(live, 0, .name = "getppid", .is_truncated = true);
}

Test(blocking, a_traced_fuse_daemon_can_serve_a_traced_program)
{
	need_fuse();
	run_on_fuse("--engine=ptrace", NULL);
	run_on_fuse("--engine=fast", NULL);
}

Test(blocking, the_helper_keeps_no_file_of_a_detached_file_system_open)
{
	need_fuse();
	run_on_fuse("--engine=ptrace", "keeps");
	run_on_fuse("--engine=fast", "keeps");
}

static void run_with_missing_pages(const char *engine, const char *fds)
{
	struct live *live = fds ? SCPROF(engine, fds, live_tracee("fault_handler"))
				: SCPROF(engine, live_tracee("fault_handler"));

	if (WIFEXITED(live->status) && WEXITSTATUS(live->status) == 77)
		LIVE_SKIP("userfaultfd is not permitted here");
	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 20, .name = "getppid");
	EXPECT_ERRORS(live, 1, .name = "access", .stack = ";main;");
}

Test(blocking, the_helper_does_not_wait_for_pages_that_a_traced_thread_fills)
{
	run_with_missing_pages("--engine=ptrace", NULL);
	run_with_missing_pages("--engine=ptrace", "--fds");
	run_with_missing_pages("--engine=fast", NULL);
}

static void run_with_permissions(const char *engine)
{
	struct live *live, *unmounted;

	live = PLAIN("sh", "-c", "mkdir m && mount -t tmpfs t m");
	EXPECT_EXIT(live, 0);
	live = SCPROF("-o", "m/asked.pb.gz", engine, live_tracee("permission"), "m");
	unmounted = PLAIN("sh", "-c", "mv m/asked.pb.gz .; umount m && rmdir m");
	EXPECT_EXIT(unmounted, 0);
	if (WIFEXITED(live->status) && WEXITSTATUS(live->status) == 77)
		LIVE_SKIP("fanotify permission events are not available here");
	EXPECT_EXIT(live, 0);
	live_load(live, "asked.pb.gz");
	EXPECT_CALLS(live, 30, .name = "getppid", .process = "copy");
	EXPECT_CALLS(live, 0, .name = "getppid", .is_truncated = true);
}

/* The profile is on the watched file system too, so opening it needs permission as well. */
Test(blocking, a_traced_process_can_permit_the_opening_of_files)
{
	need_mounts();
	run_with_permissions("--engine=ptrace");
	run_with_permissions("--engine=fast");
}

/* Until the watch starts, the helper reads files of the root file system directly. */
static void run_with_late_watch(const char *engine)
{
	struct live *live = SCPROF(engine, live_tracee("permission"), ".", "files");
	struct live *removed = PLAIN("rm", "copy");

	EXPECT_EXIT(removed, 0);
	if (WIFEXITED(live->status) && WEXITSTATUS(live->status) == 77)
		LIVE_SKIP("fanotify permission events are not available here");
	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 10, .name = "getpgrp", .stack = ";main;.*;earlier_code;");
	EXPECT_CALLS(live, 60, .name = "getppid", .process = "copy");
	EXPECT_CALLS(live, 90, .name = "getppid");
}

Test(blocking, a_traced_process_can_start_permitting_opens_in_the_middle_of_a_run)
{
	live_need_root();
	run_with_late_watch("--engine=ptrace");
	run_with_late_watch("--engine=fast");
}

static void run_and_unmount(const char *engine, const char *pause)
{
	const char *script = live_text("mkdir m && mount -t tmpfs t m && cp /bin/true m && m/true "
				       "&& sleep %s && m/true && umount m && rmdir m",
				       pause);
	struct live *live = SCPROF(engine, "sh", "-c", script);
	EXPECT_EXIT(live, 0);
}

Test(blocking, a_file_system_can_be_unmounted_once_its_program_has_ended)
{
	need_mounts();
	run_and_unmount("--engine=ptrace", "0");
	run_and_unmount("--engine=fast", "0");
	/* The engine that stops at each call reads symbols, but only after a while. */
	run_and_unmount("--engine=ptrace", "0.5");
	run_and_unmount("--engine=fast", "0.5");
}
