/* SPDX-License-Identifier: MIT */
/*
 * Installs a filter like a container's and executes its arguments under it. The filter denies
 * unknown calls, getppid, and shmat; shmat kills the program. Without arguments it makes the denied
 * call.
 */
#include "tests/live/tracee.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>

#define NR_CALLS     200
#define LAST_KNOWN   470
#define X86_64_SHMAT 30

static int call(void)
{
	for (int i = 0; i < NR_CALLS; i++) {
		CHECK(RAW_CALL0(SYS_getppid) == -EPERM);
		CHECK(RAW_CALL0(SYS_getuid) >= 0);
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, X86_64_SHMAT, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, LAST_KNOWN, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	if (argc == 1)
		return call();
	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
	execv(argv[1], argv + 1);
	return TRACEE_FAILED;
}
