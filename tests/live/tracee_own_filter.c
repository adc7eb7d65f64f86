/* SPDX-License-Identifier: MIT */
/*
 * Installs a seccomp filter that makes getppid fail and getpgrp raise SIGSYS.
 */
#include "tests/live/tracee.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>

static volatile int nr_trapped;

static void trapped(int signal)
{
	(void)signal;
	nr_trapped++;
}

int main(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpgrp, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	signal(SIGSYS, trapped);
	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
	for (int i = 0; i < 5; i++)
		CHECK(RAW_CALL0(SYS_getppid) == -EACCES);
	for (int i = 0; i < 3; i++)
		RAW_CALL0(SYS_getpgrp);
	CHECK(nr_trapped == 3);
	return 0;
}
