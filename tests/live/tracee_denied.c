/* SPDX-License-Identifier: MIT */
/*
 * usage: denied CALL ERROR REQUEST PROGRAM [ARGUMENT...]. Executes PROGRAM under a filter that
 * makes system call number CALL fail with ERROR. If REQUEST is not -1, the call fails only when
 * REQUEST is its first argument.
 */
#include "tests/live/tracee.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>

int main(int argc, char **argv)
{
	unsigned int call, error;
	long request;

	if (argc < 5)
		return TRACEE_FAILED;
	call = (unsigned int)strtoul(argv[1], NULL, 10);
	error = (unsigned int)strtoul(argv[2], NULL, 10);
	request = strtol(argv[3], NULL, 10);

	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned int)request, 0, request >= 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
	execv(argv[4], argv + 4);
	return TRACEE_FAILED;
}
