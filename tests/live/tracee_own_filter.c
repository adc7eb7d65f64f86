/* SPDX-License-Identifier: MIT */
/*
 * Installs a seccomp filter that makes getppid fail and getpgrp raise SIGSYS. It has
 * called both at the same sites before. The signal must contain the address of the call site, and a
 * handler sets the result of the call.
 */
#include "tests/live/tracee.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <ucontext.h>

#define NR_BEFORE 100 /* calls before there is a filter */

static volatile int nr_trapped;

static void trapped(int signal, siginfo_t *info, void *context)
{
	greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;

	(void)signal;
	CHECK((greg_t)(uintptr_t)info->si_call_addr == registers[REG_RIP]);
	CHECK(info->si_syscall == SYS_getpgrp);
	CHECK(registers[REG_RAX] == SYS_getpgrp);
	registers[REG_RAX] = -ENOTTY;
	nr_trapped++;
}

static NOINLINE long call_getppid(void)
{
	long result = syscall(SYS_getppid);

	BARRIER();
	return result;
}

static NOINLINE long call_getpgrp(void)
{
	long result = syscall(SYS_getpgrp);

	BARRIER();
	return result;
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
	struct sigaction action = { .sa_sigaction = trapped, .sa_flags = SA_SIGINFO };
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	CHECK(sigaction(SIGSYS, &action, NULL) == 0);
	for (int i = 0; i < NR_BEFORE; i++)
		CHECK(call_getppid() > 0 && call_getpgrp() > 0);
	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
	for (int i = 0; i < 5; i++)
		CHECK(call_getppid() < 0 && errno == EACCES);
	for (int i = 0; i < 3; i++)
		CHECK(call_getpgrp() < 0 && errno == ENOTTY);
	CHECK(nr_trapped == 3);
	return 0;
}
