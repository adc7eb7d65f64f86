/* SPDX-License-Identifier: MIT */
/*
 * Makes 12 calls on a heap stack that makecontext() prepared.
 */
#include "tests/live/tracee.h"

#include <ucontext.h>

static ucontext_t outside, inside;

static NOINLINE void on_heap(void)
{
	RAW_CALL0(SYS_getppid);
	BARRIER();
}

static void coroutine(void)
{
	for (;;) {
		on_heap();
		swapcontext(&inside, &outside);
	}
}

int main(void)
{
	size_t size = 65536;

	getcontext(&inside);
	inside.uc_stack.ss_sp = malloc(size);
	inside.uc_stack.ss_size = size;
	makecontext(&inside, coroutine, 0);
	for (int i = 0; i < 12; i++)
		swapcontext(&outside, &inside);
	return 0;
}
