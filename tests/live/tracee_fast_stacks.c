/* SPDX-License-Identifier: MIT */
/*
 * Stacks that change: coroutines, a smaller stack mapped in place of a larger one, alloca, deep
 * recursion, and more different stacks than a thread area can hold.
 */
#include "tests/live/tracee.h"

#include <alloca.h>
#include <sys/mman.h>
#include <ucontext.h>

#define NR_COROUTINES 8
#define NR_SWITCHES   200
#define LARGE	      262144
#define SMALL	      65536

static ucontext_t coroutines[NR_COROUTINES], back;
static char *stack;

static NOINLINE void call(void)
{
	CHECK(RAW_CALL0(SYS_getppid) > 0);
	BARRIER();
}

static void even(void)
{
	for (;;) {
		call();
		swapcontext(&coroutines[0], &back);
	}
}

static void coroutine(int number)
{
	if (number % 2)
		call();
	for (;;) {
		call();
		swapcontext(&coroutines[number], &back);
	}
}

static void run_coroutines(void)
{
	for (int i = 0; i < NR_COROUTINES; i++) {
		getcontext(&coroutines[i]);
		coroutines[i].uc_stack.ss_sp = malloc(65536);
		coroutines[i].uc_stack.ss_size = 65536;
		makecontext(&coroutines[i], i ? (void (*)(void))coroutine : even, 1, i);
	}
	for (int i = 0; i < NR_SWITCHES; i++)
		for (int j = 0; j < NR_COROUTINES; j++)
			swapcontext(&back, &coroutines[j]);
}

/* Makes 200 calls with the same stack pointer, whatever memory lies above it. */
static NOINLINE void call_at(char *place)
{
	volatile char *taken = alloca((size_t)((char *)__builtin_frame_address(0) - place));

	taken[0] = 1;
	for (int i = 0; i < 200; i++)
		call();
	BARRIER();
}

static NOINLINE void descend(char *place)
{
	char frame[512];

	memset(frame, 1, sizeof(frame));
	__asm__ volatile("" : : "r"(frame) : "memory");
	if ((char *)__builtin_frame_address(0) - place > 8192)
		descend(place);
	else
		call_at(place);
	BARRIER();
}

static void on_large(void)
{
	descend(stack + SMALL - 4096);
}

static void on_small(void)
{
	call_at(stack + SMALL - 4096);
}

static void run_on(void (*function)(void), size_t size)
{
	ucontext_t context;

	CHECK(mmap(stack, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		   0) == stack);
	getcontext(&context);
	context.uc_stack.ss_sp = stack;
	context.uc_stack.ss_size = size;
	context.uc_link = &back;
	makecontext(&context, function, 0);
	swapcontext(&back, &context);
	CHECK(munmap(stack, size) == 0);
}

static void run_moved(void)
{
	stack = mmap(NULL, LARGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(stack, LARGE);
	for (int i = 0; i < 5; i++) {
		run_on(on_large, LARGE);
		run_on(on_small, SMALL);
	}
}

static NOINLINE void call_with(size_t size)
{
	volatile char *taken = alloca(size);

	taken[0] = 1;
	call();
	BARRIER();
}

static NOINLINE void recurse(int depth, int nr)
{
	if (depth)
		recurse(depth - 1, nr);
	else
		for (int i = 0; i < nr; i++)
			call();
	BARRIER();
}

static void left(int bits, unsigned int way);

static NOINLINE void right(int bits, unsigned int way)
{
	if (!bits)
		call();
	else if (way & 1)
		right(bits - 1, way >> 1);
	else
		left(bits - 1, way >> 1);
	BARRIER();
}

static NOINLINE void left(int bits, unsigned int way)
{
	right(bits, way);
	BARRIER();
}

int main(int argc, char **argv)
{
	switch (argc > 1 ? argv[1][0] : 'c') {
	case 'c':
		run_coroutines();
		break;
	case 'm':
		run_moved();
		break;
	case 'a':
		for (unsigned int i = 0; i < 4000; i++)
			call_with(64 * (i % 40 + 1));
		break;
	case 'r':
		recurse(10000, 500);
		break;
	case 's':
		for (int i = 0; i < 2; i++)
			for (unsigned int way = 0; way < 1u << 13; way++)
				right(13, way);
		break;
	default:
		return 1;
	}
	return 0;
}
