/* SPDX-License-Identifier: MIT */
/*
 * Uses shared memory in a new IPC namespace, where the ids may be the same as those of the helper's
 * segments. At the end, no process may have attached it. With arguments, it executes them in a new
 * namespace, so that the helper's ids are small too.
 */
#include "tests/live/tracee.h"

#include <sched.h>
#include <sys/ipc.h>
#include <sys/shm.h>

#define NR_SEGMENTS 64
#define NR_CHILDREN 32
#define NR_CALLS    50

static void run_child(char *path)
{
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (pid == 0) {
		execl(path, path, "-", NULL);
		_exit(TRACEE_FAILED);
	}
	CHECK(wait_for(pid) == 0);
}

int main(int argc, char **argv)
{
	int ids[NR_SEGMENTS];
	struct shmid_ds status;

	if (argc == 2) {
		for (int i = 0; i < NR_CALLS; i++)
			CHECK(getppid() > 0);
		return 0;
	}
	CHECK(unshare(CLONE_NEWIPC) == 0);
	if (argc > 2) {
		execv(argv[1], argv + 1);
		return TRACEE_FAILED;
	}
	for (int i = 0; i < NR_SEGMENTS; i++)
		CHECK((ids[i] = shmget(IPC_PRIVATE, 32 << 20, IPC_CREAT | 0600)) >= 0);
	for (int i = 0; i < NR_CHILDREN; i++)
		run_child(argv[0]);
	for (int i = 0; i < NR_SEGMENTS; i++) {
		CHECK(shmctl(ids[i], IPC_STAT, &status) == 0);
		CHECK(status.shm_nattch == 0 && status.shm_atime == 0);
	}
	return 0;
}
