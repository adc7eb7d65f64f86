/* SPDX-License-Identifier: MIT */
/*
 * A seccomp filter raises SIGSYS for getpriority. The first argument says what then happens.
 *
 *   emulate   a handler looks at the arguments, makes calls of its own, and sets the result
 *   nested    the handler makes the same call, and handles the signal that this raises
 *   jump      the handler leaves with siglongjmp
 *   threads   many threads make the call at the same time
 *   default   there is no handler
 *   blocked   the signal is blocked, and has a handler
 *   ignored   the signal is ignored
 *   executed  a program that is executed under the filter has no handler
 *
 * With each of the last four arguments, the signal kills the process.
 */
#include "tests/live/tracee.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <ucontext.h>

#define NR_BEFORE  300 /* calls before there is a filter */
#define NR_TRAPS   200
#define NR_THREADS 8
#define NR_NESTED  4
#define DATA	   0x4321 /* the data of SECCOMP_RET_TRAP */
#define FIRST	   5000	  /* arguments of the call */

static __thread volatile int nr_trapped, depth;
static __thread sigjmp_buf place;
static enum { EMULATE, NESTED, JUMP } kind;

static NOINLINE long call(long number)
{
	long result = syscall(SYS_getpriority, FIRST, number);

	BARRIER();
	return result;
}

static void trapped(int signal, siginfo_t *info, void *context)
{
	greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
	const int first_depth = depth;
	sigset_t mask;

	CHECK(signal == SIGSYS && info->si_code == 1 /* SYS_SECCOMP */);
	CHECK(info->si_syscall == SYS_getpriority && info->si_arch == AUDIT_ARCH_X86_64);
	CHECK(info->si_errno == DATA);
	CHECK((greg_t)(uintptr_t)info->si_call_addr == registers[REG_RIP]);
	CHECK(registers[REG_RAX] == SYS_getpriority && registers[REG_RDI] == FIRST);
	nr_trapped++;
	for (int i = 0; i < 5; i++)
		CHECK(syscall(SYS_getppid) >= 0);
	/* The kernel blocks the signal in its handler, unless the program has set SA_NODEFER. */
	CHECK(sigprocmask(SIG_BLOCK, NULL, &mask) == 0);
	CHECK(sigismember(&mask, SIGSYS) == (kind != NESTED));
	if (kind == NESTED && depth < NR_NESTED) {
		depth++;
		CHECK(call(depth) == FIRST + depth);
		depth = first_depth;
	}
	if (kind == JUMP)
		siglongjmp(place, 1);
	registers[REG_RAX] = FIRST + registers[REG_RSI];
}

static void install(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpriority, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP | DATA),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) ==
	      0);
}

static void handle(int flags)
{
	struct sigaction action = { .sa_sigaction = trapped, .sa_flags = SA_SIGINFO | flags };

	CHECK(sigaction(SIGSYS, &action, NULL) == 0);
}

static void *make_calls(void *unused)
{
	(void)unused;
	for (int i = 0; i < NR_TRAPS; i++)
		if (kind != JUMP || sigsetjmp(place, 1) == 0)
			CHECK(call(i) == FIRST + i);
	CHECK(nr_trapped == (kind == NESTED ? NR_TRAPS * (NR_NESTED + 1) : NR_TRAPS));
	return NULL;
}

static void run_threads(void)
{
	pthread_t threads[NR_THREADS];

	for (int i = 0; i < NR_THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, make_calls, NULL) == 0);
	for (int i = 0; i < NR_THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
}

static void block(void)
{
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGSYS);
	CHECK(sigprocmask(SIG_BLOCK, &mask, NULL) == 0);
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";

	if (strcmp(mode, "call") == 0)
		return (int)call(0);
	if (strcmp(mode, "nested") == 0)
		kind = NESTED;
	if (strcmp(mode, "jump") == 0)
		kind = JUMP;
	for (int i = 0; i < NR_BEFORE; i++)
		CHECK(call(i) == -1 && errno == EINVAL);
	if (strcmp(mode, "ignored") == 0)
		signal(SIGSYS, SIG_IGN);
	else if (strcmp(mode, "default") != 0)
		handle(kind == NESTED ? SA_NODEFER : 0);
	install();
	if (strcmp(mode, "blocked") == 0)
		block();
	if (strcmp(mode, "executed") == 0)
		execl(argv[0], argv[0], "call", NULL);
	if (strcmp(mode, "threads") == 0)
		run_threads();
	make_calls(NULL);
	return 0;
}
