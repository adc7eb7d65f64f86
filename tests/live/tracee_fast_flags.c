/* SPDX-License-Identifier: MIT */
/*
 * Code that reads, after a system call, flags that were set before it: `syscall` does not change
 * them. The engine does not patch such sites, but it may make their calls in the gate. Signals
 * arrive during the first half of the calls; on a busy machine there is one for nearly each call.
 */
#include "tests/live/tracee.h"

#include <sys/time.h>

#define NR_CALLS 20000

static void handler(int signal)
{
	(void)signal;
}

/* Compares @a with @b, makes the call, and returns the flags after it. */
static NOINLINE uint64_t flags_behind(long nr, long a, long b, uint64_t *before)
{
	uint64_t flags, flags_before;

	__asm__ volatile("sub $128, %%rsp\n\t"
			 "cmp %[b], %[a]\n\t"
			 "pushfq; pop %[before]\n\t"
			 "syscall\n\t"
			 "pushfq; pop %[flags]\n\t"
			 "lea 128(%%rsp), %%rsp"
			 : [flags] "=&r"(flags), [before] "=&r"(flags_before), "+a"(nr)
			 : [a] "r"(a), [b] "r"(b)
			 : "rcx", "r11", "memory", "cc");
	*before = flags_before;
	return flags;
}

int main(void)
{
	const struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };
	const struct itimerval timer = { { 0, 500 }, { 0, 500 } }, none = { 0 };
	uint64_t before;

	CHECK(sigaction(SIGALRM, &action, NULL) == 0);
	CHECK(setitimer(ITIMER_REAL, &timer, NULL) == 0);
	for (int i = 0; i < NR_CALLS; i++) {
		uint64_t flags = flags_behind(SYS_getppid, i % 3, 1, &before);

		if (i == NR_CALLS / 2)
			CHECK(setitimer(ITIMER_REAL, &none, NULL) == 0);
		CHECK(flags == before);
	}
	return 0;
}
