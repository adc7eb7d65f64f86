/* SPDX-License-Identifier: MIT */
/*
 * Creates children at `syscall; cmp` sites while a timer interrupts, so that the kernel restarts
 * some of the calls. No child may ever see that the call failed. After other interrupted calls, the
 * flags must agree with the result.
 */
#include "tests/live/tracee.h"

#include <linux/sched.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/time.h>

#define NR_KNOWN     100 /* calls after which the engine has patched a site */
#define NR_BYTES     300
#define MEMORY_BYTES (2 << 20) /* a fork copies its page tables, which takes a while */

/*
 * Makes a call as the C library does, followed by a compare. Sets *@has_failed by the compare's
 * flags.
 */
#define CMP_CALL3(nr, a, b, c, has_failed)                                                    \
	({                                                                                    \
		register long r10_ __asm__("r10") = 0;                                        \
		register long r8_ __asm__("r8") = 0;                                          \
		long result_ = (nr), failed_ = 0;                                             \
		__asm__ volatile("syscall\n\t"                                                \
				 "cmpq $-4096, %%rax\n\t"                                     \
				 "jbe 1f\n\t"                                                 \
				 "movl $1, %k[failed]\n"                                      \
				 "1:"                                                         \
				 : "+a"(result_), [failed] "+&b"(failed_)                     \
				 : "D"((long)(a)), "S"((long)(b)), "d"((long)(c)), "r"(r10_), \
				   "r"(r8_)                                                   \
				 : "rcx", "r11", "memory", "cc");                             \
		*(has_failed) = failed_;                                                      \
		result_;                                                                      \
	})

static volatile long *nr_bad_children; /* shared with all children */
static pid_t parent;

static void handler(int signal)
{
	(void)signal;
}

/* Handles the result of a call that may have created a child. The child ends here. */
static void see_result(long result, long failed)
{
	if (getpid() != parent) {
		if (result != 0 || failed)
			__atomic_add_fetch(nr_bad_children, 1, __ATOMIC_SEQ_CST);
		_exit(0);
	}
	CHECK(failed == (result < 0));
	CHECK(result >= 0);
	while (result > 0 && waitpid((pid_t)result, NULL, 0) < 0)
		CHECK(errno == EINTR);
}

static NOINLINE void call_by_compare(long nr, long a, long b)
{
	long failed, result = CMP_CALL3(nr, a, b, 0, &failed);

	see_result(result, failed);
	BARRIER(); /* no tail call: a vfork child would overwrite the parent's frame */
}

static NOINLINE void call_by_libc(long nr, long a, long b)
{
	long result = syscall(nr, a, b, 0l, 0l, 0l);

	see_result(result, result < 0);
}

/*
 * Sends one signal for each call. If a fork takes longer than the interval of a repeating timer,
 * the kernel restarts it for ever.
 */
static void interrupt_in(long us)
{
	const struct itimerval timer = { .it_value.tv_usec = us };

	CHECK(setitimer(ITIMER_REAL, &timer, NULL) == 0);
}

static void make_children(void (*call)(long, long, long), long nr, long a, long b, int nr_children)
{
	for (int i = 0; i < NR_KNOWN; i++)
		call(SYS_sched_yield, 0, 0);
	for (int i = 0; i < nr_children; i++) {
		interrupt_in(1 + i * 7 % 300);
		call(nr, a, b);
	}
}

static NOINLINE long read_by_compare(int fd, char *byte, long *failed)
{
	return CMP_CALL3(SYS_read, fd, byte, 1, failed);
}

/* Another process writes now and then, so that the timer interrupts most reads. */
static void read_bytes(bool is_restarting)
{
	struct sigaction action = { .sa_handler = handler,
				    .sa_flags = is_restarting ? SA_RESTART : 0 };
	long result, failed = 0;
	int fds[2];
	char byte;

	CHECK(sigaction(SIGALRM, &action, NULL) == 0);
	CHECK(pipe(fds) == 0);
	if (fork() == 0) {
		for (int i = 0; i < NR_BYTES; i++) {
			usleep(1000);
			CHECK(write(fds[1], "x", 1) == 1);
		}
		_exit(0);
	}
	for (int i = 0; i<NR_BYTES; i += result> 0) {
		result = read_by_compare(fds[0], &byte, &failed);
		CHECK(failed == (result < 0));
		CHECK(result == 1 || (result == -EINTR && !is_restarting));
	}
	while (wait(NULL) < 0)
		CHECK(errno == EINTR);
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };
	struct clone_args args = { .exit_signal = SIGCHLD };
	int nr = argument(argc, argv, 1, 400);
	char *memory = malloc(MEMORY_BYTES);

	parent = getpid();
	nr_bad_children =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (long i = 0; i < MEMORY_BYTES; i += 4096)
		memory[i] = 1;
	CHECK(sigaction(SIGALRM, &action, NULL) == 0);
	make_children(call_by_libc, SYS_fork, 0, 0, nr);
	make_children(call_by_libc, SYS_clone, SIGCHLD, 0, nr);
	make_children(call_by_libc, SYS_clone3, (long)&args, sizeof(args), nr);
	make_children(call_by_compare, SYS_fork, 0, 0, nr);
	make_children(call_by_compare, SYS_vfork, 0, 0, nr);
	make_children(call_by_compare, SYS_clone, SIGCHLD, 0, nr);
	make_children(call_by_compare, SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD, 0, nr);
	make_children(call_by_compare, SYS_clone3, (long)&args, sizeof(args), nr);
	read_bytes(true);
	read_bytes(false);
	CHECK(*nr_bad_children == 0);
	return 0;
}
