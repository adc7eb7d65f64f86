/* SPDX-License-Identifier: MIT */
/*
 * Creates 200 children one after the other. Each calls getppid until it is killed. It counts in
 * shared memory how many calls it began and how many returned. Prints a line for each child: its id
 * and both numbers.
 */
#include "tests/live/tracee.h"

#include <sched.h>
#include <sys/mman.h>

#define NR_CHILDREN 200

struct counts {
	volatile unsigned long begun;
	volatile unsigned long ended;
};

static NOINLINE void call(unsigned int depth, struct counts *counts)
{
	if (depth) {
		call(depth - 1, counts);
	} else {
		counts->begun++;
		getppid();
		counts->ended++;
	}
	BARRIER();
}

static void run_child(struct counts *counts)
{
	for (unsigned int random = (unsigned int)getpid();;) {
		random = random * 1103515245u + 12345;
		call(random >> 16 & 7, counts);
	}
}

int main(void)
{
	struct counts *counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	CHECK(counts != MAP_FAILED);
	for (unsigned int i = 0; i < NR_CHILDREN; i++) {
		*counts = (struct counts){ 0 };
		pid_t pid = fork();

		CHECK(pid >= 0);
		if (pid == 0)
			run_child(counts);
		while (counts->ended < 100 + i * 7 % 100)
			sched_yield();
		CHECK(kill(pid, SIGKILL) == 0);
		CHECK(waitpid(pid, NULL, 0) == pid);
		printf("%d %lu %lu\n", (int)pid, counts->begun, counts->ended);
	}
	return 0;
}
