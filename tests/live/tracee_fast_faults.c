/* SPDX-License-Identifier: MIT */
/*
 * Faults of the program, each with a handler on an alternate stack in which another handler is
 * nested; and SIGSEGVs that another process sends, at any instruction.
 */
#include "tests/live/tracee.h"

#include <setjmp.h>
#include <sys/mman.h>

#define NR_FAULTS  300
#define NR_CALLS   50000
#define NR_SIGNALS 1000

static sigjmp_buf before;
static char *volatile nowhere;
static char alternate[65536];
static volatile int nr_nested, nr_sent, nr_faults;

static NOINLINE void call(void)
{
	CHECK(RAW_CALL0(SYS_getppid) > 0);
	BARRIER();
}

static void nested(int signal)
{
	(void)signal;
	nr_nested++;
	call();
}

static void faulted(int signal, siginfo_t *info, void *context)
{
	(void)context;
	if (info->si_code <= 0) {
		nr_sent++;
		call();
		return;
	}
	CHECK(signal == SIGSEGV && info->si_addr == nowhere);
	CHECK((char *)&signal > alternate && (char *)&signal < alternate + sizeof(alternate));
	nr_faults++;
	call();
	raise(SIGUSR1);
	call();
	siglongjmp(before, 1);
}

static NOINLINE void fault(void)
{
	if (sigsetjmp(before, 1) == 0)
		*nowhere = 1;
	call();
}

static pid_t bombard(pid_t target)
{
	pid_t pid = fork();

	if (pid == 0)
		while (kill(target, SIGSEGV) == 0)
			;
	return pid;
}

int main(int argc, char **argv)
{
	struct sigaction on_fault = { .sa_sigaction = faulted,
				      .sa_flags = SA_SIGINFO | SA_ONSTACK };
	stack_t stack = { .ss_sp = alternate, .ss_size = sizeof(alternate) };
	pid_t child;
	int nr;

	(void)argv;
	nowhere = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	sigaltstack(&stack, NULL);
	sigaction(SIGSEGV, &on_fault, NULL);
	signal(SIGUSR1, nested);
	if (argc > 1) {
		child = bombard(getpid());
		for (nr = 0; nr < NR_CALLS || nr_sent < NR_SIGNALS; nr++)
			call();
		kill(child, SIGKILL);
		CHECK(wait_for(child) == 128 + SIGKILL);
		printf("%d\n", nr + nr_sent);
		return 0;
	}
	for (int i = 0; i < NR_FAULTS; i++)
		fault();
	CHECK(nr_faults == NR_FAULTS && nr_nested == NR_FAULTS);
	return 0;
}
