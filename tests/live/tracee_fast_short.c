/* SPDX-License-Identifier: MIT */
/*
 * A call site where only the two bytes of the syscall instruction can be replaced, like the site of
 * cancellable calls in glibc 2.41. A signal handler must see the thread at the address where it
 * would be without scprof, because these libraries compare that address with the labels around the
 * instruction.
 *
 * Compiled with WITHOUT_PADDING, there is no padding near the site. Then a jump can replace the load
 * before the call, as in musl.
 */
#include "tests/live/tracee.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <ucontext.h>

#define NR_WARM	  300
#define MAX_STEPS 64
#define NR_ROUNDS 20

#ifdef WITHOUT_PADDING
#define FILLER ".rept 80; xorl %eax, %eax; .endr\n"

/* What the load adds to its address. */
volatile long load_distance;

/* Other code lies as far around as a short jump could reach. */
__asm__(".text\n"
	".p2align 4\n"
	".type short_call, @function\n"
	"short_call:\n"
	".cfi_startproc\n"
	"	jmp 1f\n" FILLER "1:	movq %rdi, %rax\n"
	"	movq %rsi, -16(%rsp)\n"
	"	movq %rdx, %rsi\n"
	"	movq %rcx, %rdx\n"
	"	leaq -24(%rsp), %r10\n"
	"	addq load_distance(%rip), %r10\n"
	"short_load:\n"
	"	{disp32} movq 8(%r10), %rdi\n"
	"short_before:\n"
	"	syscall\n"
	"short_behind:\n"
	"	ret\n" FILLER "	ret\n"
	".cfi_endproc\n"
	".size short_call, . - short_call\n"
	".p2align 5\n");

extern const char short_load[];
#else
/* The nops after the return leave room for the jump to the stub. */
__asm__(".text\n"
	".p2align 4\n"
	".type short_call, @function\n"
	"short_call:\n"
	".cfi_startproc\n"
	"	movq %rdi, %rax\n"
	"	movq %rsi, %rdi\n"
	"	movq %rdx, %rsi\n"
	"	movq %rcx, %rdx\n"
	"short_before:\n"
	"	syscall\n"
	"short_behind:\n"
	"	ret\n"
	".cfi_endproc\n"
	".size short_call, . - short_call\n"
	".p2align 5\n");
#endif

extern const char short_before[], short_behind[];
long short_call(long nr, long a, long b, long c);

static NOINLINE long call(long nr, long a, const void *b, long c)
{
	long result = short_call(nr, a, (long)b, c);

	BARRIER();
	return result;
}

static NOINLINE void warm(void)
{
	for (int i = 0; i < NR_WARM; i++)
		CHECK(call(SYS_getppid, 0, NULL, 0) == getppid());
}

static uint64_t steps[MAX_STEPS];
static volatile int nr_steps;

static void see_step(int signal, siginfo_t *info, void *context)
{
	const ucontext_t *interrupted = context;

	(void)signal;
	(void)info;
	if (nr_steps < MAX_STEPS)
		steps[nr_steps++] = (uint64_t)interrupted->uc_mcontext.gregs[REG_RIP];
}

#define SET_TRAP_FLAG(how)                                             \
	__asm__ volatile("leaq -128(%%rsp), %%rsp; pushfq; " how       \
			 ", (%%rsp); popfq; leaq 128(%%rsp), %%rsp" :: \
				 : "memory", "cc")

/* Single-steps through a call, and records in steps[] the address after each step. */
static NOINLINE void step_through(void)
{
	nr_steps = 0;
	SET_TRAP_FLAG("orq $0x100");
	short_call(SYS_getpgrp, 0, 0, 0);
	SET_TRAP_FLAG("andq $~0x100");
}

/* Each step reaches the same address as before the engine patched the site. */
static void compare_steps(void)
{
	struct sigaction action = { .sa_sigaction = see_step, .sa_flags = SA_SIGINFO };
	uint64_t before[MAX_STEPS];
	int nr_before, nr_places = 0;

	sigaction(SIGTRAP, &action, NULL);
	step_through();
	nr_before = nr_steps;
	memcpy(before, steps, sizeof(before));
	warm();
	for (int round = 0; round < NR_ROUNDS; round++) {
		step_through();
		CHECK(nr_steps == nr_before && memcmp(before, steps, sizeof(before)) == 0);
	}
	for (int i = 0; i < nr_steps; i++)
		nr_places +=
			steps[i] == (uintptr_t)short_before || steps[i] == (uintptr_t)short_behind;
	/* A step over a syscall instruction executes the next instruction too. */
	CHECK(nr_places == 1);
}

static int data[2];
static volatile int nr_interrupted_before, nr_interrupted_behind, nr_elsewhere;
static atomic_int blocked_tid;
static int is_restarting;

static void see_interrupted(int signal, siginfo_t *info, void *context)
{
	const ucontext_t *interrupted = context;
	uint64_t place = (uint64_t)interrupted->uc_mcontext.gregs[REG_RIP];

	(void)signal;
	(void)info;
	nr_interrupted_before += place == (uintptr_t)short_before;
	nr_interrupted_behind += place == (uintptr_t)short_behind &&
				 interrupted->uc_mcontext.gregs[REG_RAX] == -EINTR;
	nr_elsewhere += place != (uintptr_t)short_before && place != (uintptr_t)short_behind;
}

static void *read_one(void *argument)
{
	long result;
	char byte;

	(void)argument;
	blocked_tid = (int)syscall(SYS_gettid);
	result = call(SYS_read, data[0], &byte, 1);
	CHECK(result == (is_restarting ? 1 : -EINTR));
	return NULL;
}

static void wait_until_sleeping(void)
{
	char path[64], line[256];
	FILE *file;

	do {
		line[0] = 0;
		snprintf(path, sizeof(path), "/proc/self/task/%d/stat", (int)blocked_tid);
		file = fopen(path, "r");
		if (file) {
			CHECK(fgets(line, sizeof(line), file));
			fclose(file);
		}
	} while (!strstr(line, ") S "));
}

/*
 * A thread is inside the call when the engine patches the site, or the site was patched long
 * before.
 */
static void interrupt_blocked(int restarting)
{
	struct sigaction action = { .sa_sigaction = see_interrupted, .sa_flags = SA_SIGINFO };
	pthread_t thread;

	is_restarting = restarting;
	if (restarting)
		action.sa_flags |= SA_RESTART;
	sigaction(SIGUSR1, &action, NULL);
	blocked_tid = 0;
	CHECK(pthread_create(&thread, NULL, read_one, NULL) == 0);
	while (!blocked_tid)
		usleep(1000);
	wait_until_sleeping();
	warm();
	for (int i = 0; i < (restarting ? 3 : 1); i++) {
		int nr = nr_interrupted_before + nr_interrupted_behind + nr_elsewhere;

		CHECK(pthread_kill(thread, SIGUSR1) == 0);
		while (nr_interrupted_before + nr_interrupted_behind + nr_elsewhere == nr)
			usleep(1000);
		if (restarting)
			wait_until_sleeping();
	}
	if (restarting)
		CHECK(write(data[1], "x", 1) == 1);
	CHECK(pthread_join(thread, NULL) == 0);
}

static void block(void)
{
	CHECK(pipe(data) == 0);
	for (int round = 0; round < NR_ROUNDS; round++) {
		interrupt_blocked(1);
		interrupt_blocked(0);
	}
	CHECK(nr_interrupted_before == 3 * NR_ROUNDS);
	CHECK(nr_interrupted_behind == NR_ROUNDS);
	CHECK(nr_elsewhere == 0);
}

/*
 * Stops and continues a thread during the call. No handler runs, and the kernel restarts the call.
 */
static void pause_blocked(void)
{
	char byte;
	int status;

	CHECK(pipe(data) == 0);
	warm();
	for (int round = 0; round < NR_ROUNDS; round++) {
		pid_t pid = fork();

		if (pid == 0) {
			CHECK(call(SYS_read, data[0], &byte, 1) == 1);
			_exit(0);
		}
		blocked_tid = pid;
		for (int i = 0; i < 3; i++) {
			char path[64], line[256] = "";

			snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
			while (!strstr(line, ") S ")) {
				FILE *file = fopen(path, "r");

				CHECK(file && fgets(line, sizeof(line), file));
				fclose(file);
			}
			kill(pid, SIGSTOP);
			CHECK(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status));
			kill(pid, SIGCONT);
		}
		CHECK(write(data[1], "x", 1) == 1);
		CHECK(wait_for(pid) == 0);
	}
}

#ifdef WITHOUT_PADDING
#define FAR_AWAY (1l << 62)

static volatile int nr_faults;

static void see_fault(int signal, siginfo_t *info, void *context)
{
	ucontext_t *interrupted = context;

	(void)signal;
	(void)info;
	CHECK(interrupted->uc_mcontext.gregs[REG_RIP] == (greg_t)(uintptr_t)short_load);
	interrupted->uc_mcontext.gregs[REG_R10] -= FAR_AWAY;
	nr_faults++;
}

/* The load faults. When the handler returns, the CPU executes the load again. */
static void fault(void)
{
	const struct sigaction action = { .sa_sigaction = see_fault, .sa_flags = SA_SIGINFO };
	int ends[2];

	CHECK(pipe(ends) == 0);
	sigaction(SIGSEGV, &action, NULL);
	warm();
	load_distance = FAR_AWAY;
	for (int round = 0; round < NR_ROUNDS; round++)
		CHECK(call(SYS_write, ends[1], "x", 1) == 1);
	CHECK(nr_faults == NR_ROUNDS);
}
#else
static void fault(void)
{
}
#endif

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "steps";

	if (strcmp(what, "steps") == 0)
		compare_steps();
	else if (strcmp(what, "blocked") == 0)
		block();
	else if (strcmp(what, "fault") == 0)
		fault();
	else
		pause_blocked();
	return 0;
}
