/* SPDX-License-Identifier: MIT */
/*
 * Files and pages that a traced process has to serve: the helper waits for none of them for long, and keeps none.
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

static void run_on_fuse(const char *engine, const char *how)
{
	struct live *live = SCPROF(engine, live_tracee("fuse"), "folder", "50", how);

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 50, .name = "getppid", .process = "program");
	EXPECT_CALLS(live, 0, .name = "getppid", .is_truncated = true);
}

Test(blocking, a_program_may_be_served_by_a_fuse_daemon_that_is_traced_too)
{
	need_fuse();
	run_on_fuse("--engine=ptrace", NULL);
	run_on_fuse("--engine=fast", NULL);
}

Test(blocking, no_file_is_kept_open_while_its_file_system_is_detached)
{
	need_fuse();
	run_on_fuse("--engine=ptrace", "keeps");
	run_on_fuse("--engine=fast", "keeps");
}

static void run_and_unmount(const char *engine, const char *pause)
{
	const char *script = live_text("mkdir m && mount -t tmpfs t m && cp /bin/true m && m/true "
				       "&& sleep %s && m/true && umount m && rmdir m",
				       pause);

	EXPECT_EXIT(SCPROF(engine, "sh", "-c", script), 0);
}

Test(blocking, a_file_system_can_be_unmounted_once_its_program_has_ended)
{
	live_need_root();
	if (PLAIN("sh", "-c", "mkdir m && mount -t tmpfs t m && umount m && rmdir m")->status)
		LIVE_SKIP("nothing can be mounted here");
	run_and_unmount("--engine=ptrace", "0");
	run_and_unmount("--engine=fast", "0");
	/* Symbols are read after a while, where they are read. */
	run_and_unmount("--engine=ptrace", "0.5");
	run_and_unmount("--engine=fast", "0.5");
}
