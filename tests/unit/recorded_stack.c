// SPDX-License-Identifier: MIT
/*
 * The scenarios. This file is compiled as programs are, without frame pointers and without
 * sanitizers, because the tests are about its stack frames.
 */
#include "tests/unit/recorded_stack.h"

#include <alloca.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Keeps a function on the stack: it is not inlined, and BARRIER() at its end prevents a tail call.
 */
#define NOINLINE  __attribute__((noinline))
#define BARRIER() __asm__ volatile("" ::: "memory")

#define MAX_RANGE (1u << 20)
#define CODE_64	  0x33

static struct recording *current;
static uint64_t main_stack; /* where the stack of recording_make() begins */
static uint64_t main_stack_end;
static uint8_t other_stack[65536];
static volatile uint64_t number = 7; /* volatile, so that the compiler does not know the value */

/* Copies without memcpy: the sanitizers' memcpy would report reads of other functions' frames. */
static void copy(struct recorded_range *range, uint64_t start, uint64_t end)
{
	void *to = range->bytes;
	const void *from = (const void *)start;
	size_t size = end - start < MAX_RANGE ? end - start : MAX_RANGE;

	range->start = start;
	range->size = size;
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
}

static NOINLINE void record(void)
{
	struct user_regs_struct *registers = &current->registers;
	uint64_t sp;

	/* The saved instruction pointer is after the nop, as it is after a system call. */
	__asm__ volatile("movq %%rbx, %c[rbx](%[to])\n\t"
			 "movq %%rbp, %c[rbp](%[to])\n\t"
			 "movq %%rsp, %c[rsp](%[to])\n\t"
			 "movq %%r12, %c[r12](%[to])\n\t"
			 "movq %%r13, %c[r13](%[to])\n\t"
			 "movq %%r14, %c[r14](%[to])\n\t"
			 "movq %%r15, %c[r15](%[to])\n\t"
			 "leaq 1f(%%rip), %%rcx\n\t"
			 "movq %%rcx, %c[rip](%[to])\n\t"
			 "nop\n"
			 "1:\tmovq %%rsp, %[sp]"
			 : [sp] "=&r"(sp)
			 : [to] "r"(registers), [rbx] "i"(offsetof(struct user_regs_struct, rbx)),
			   [rbp] "i"(offsetof(struct user_regs_struct, rbp)),
			   [rsp] "i"(offsetof(struct user_regs_struct, rsp)),
			   [r12] "i"(offsetof(struct user_regs_struct, r12)),
			   [r13] "i"(offsetof(struct user_regs_struct, r13)),
			   [r14] "i"(offsetof(struct user_regs_struct, r14)),
			   [r15] "i"(offsetof(struct user_regs_struct, r15)),
			   [rip] "i"(offsetof(struct user_regs_struct, rip))
			 : "rcx", "memory");
	registers->cs = CODE_64;
	if (sp >= (uint64_t)other_stack && sp < (uint64_t)(other_stack + sizeof(other_stack))) {
		copy(&current->ranges[0], sp, (uint64_t)(other_stack + sizeof(other_stack)));
		copy(&current->ranges[1], main_stack, main_stack_end);
	} else {
		copy(&current->ranges[0], sp, main_stack_end);
	}
}

static uint64_t own_stack_end(void)
{
	pthread_attr_t attributes;
	void *start;
	size_t size;

	if (pthread_getattr_np(pthread_self(), &attributes) ||
	    pthread_attr_getstack(&attributes, &start, &size))
		abort();
	pthread_attr_destroy(&attributes);
	return (uint64_t)start + size;
}

NOINLINE void recording_make(struct recording *recording, void (*scenario)(void))
{
	memset(recording, 0, sizeof(*recording));
	for (int i = 0; i < 2; i++) {
		recording->ranges[i].bytes = malloc(MAX_RANGE);
		if (!recording->ranges[i].bytes)
			abort();
	}
	current = recording;
	main_stack_end = own_stack_end();
	/* A little below this frame: the next frames begin here. */
	main_stack = (uint64_t)__builtin_frame_address(0) - 65536;
	scenario();
	BARRIER();
}

void recording_fini(struct recording *recording)
{
	free(recording->ranges[0].bytes);
	free(recording->ranges[1].bytes);
}

size_t recording_read(const struct recording *recording, uint64_t addr, void *buffer, size_t size)
{
	for (int i = 0; i < 2; i++) {
		const struct recorded_range *range = &recording->ranges[i];

		if (addr - range->start >= range->size)
			continue;
		if (size > range->size - (addr - range->start))
			size = range->size - (addr - range->start);
		memcpy(buffer, range->bytes + (addr - range->start), size);
		return size;
	}
	return 0;
}

uint64_t *recording_find(struct recording *recording, uint64_t value, uint64_t *addr)
{
	for (int i = 0; i < 2; i++) {
		for (size_t at = 0; at + 8 <= recording->ranges[i].size; at += 8) {
			uint64_t *word = (uint64_t *)(void *)(recording->ranges[i].bytes + at);
			if (*word != value)
				continue;
			if (addr)
				*addr = recording->ranges[i].start + at;
			return word;
		}
	}
	abort();
}

static NOINLINE void one(void)
{
	volatile uint64_t local = RECORDED_LOCAL;

	record();
	(void)local;
}

static NOINLINE void two(void)
{
	one();
	BARRIER();
}

/* The same code as two() at another address, so a frame of one fits in place of the other's. */
static NOINLINE void two_other(void)
{
	one();
	BARRIER();
	__asm__ volatile("nop");
}

static NOINLINE void three(void (*next)(void))
{
	next();
	BARRIER();
}

void scenario_nested(void)
{
	three(two);
	BARRIER();
}

void scenario_nested_other(void)
{
	three(two_other);
	BARRIER();
}

__attribute__((optimize("no-omit-frame-pointer"))) static NOINLINE void with_pointer_inner(void)
{
	record();
	BARRIER();
}

__attribute__((optimize("no-omit-frame-pointer"))) static NOINLINE void with_pointer_outer(void)
{
	with_pointer_inner();
	BARRIER();
}

void scenario_frame_pointers(void)
{
	with_pointer_outer();
	BARRIER();
}

static NOINLINE void variable_inner(size_t size)
{
	volatile char *block = alloca(size);

	block[0] = 1;
	record();
	BARRIER();
}

static NOINLINE void variable_outer(size_t size)
{
	volatile char *block = alloca(3 * size);

	block[0] = 1;
	variable_inner(size + 100);
	BARRIER();
}

void scenario_alloca(void)
{
	variable_outer(number);
	BARRIER();
}

struct wide {
	uint64_t lanes[8];
} __attribute__((aligned(64)));

static NOINLINE void aligned_inner(uint64_t x)
{
	volatile struct wide wide = { { x } };

	if ((uint64_t)&wide % 64)
		abort();
	record();
	BARRIER();
}

static NOINLINE void aligned_outer(uint64_t x)
{
	volatile struct wide wide = { { x } };

	aligned_inner(wide.lanes[0]);
	BARRIER();
}

void scenario_aligned(void)
{
	aligned_outer(number);
	BARRIER();
}

__attribute__((force_align_arg_pointer)) static NOINLINE void forced(uint64_t x)
{
	aligned_inner(x);
	BARRIER();
}

void scenario_forced(void)
{
	forced(number);
	BARRIER();
}

static NOINLINE void aligned_variable(size_t size)
{
	volatile struct wide wide = { { size } };
	volatile char *block = alloca(size);

	block[0] = (char)wide.lanes[0];
	record();
	BARRIER();
}

void scenario_aligned_alloca(void)
{
	aligned_variable(100 * number);
	BARRIER();
}

static NOINLINE void big_frame(void)
{
	volatile char block[20000];

	block[number] = 1;
	number = (uint64_t)block[number] + 6;
	record();
	BARRIER();
}

void scenario_big_frame(void)
{
	big_frame();
	BARRIER();
}

static NOINLINE void recurse(unsigned int depth)
{
	if (depth > 1)
		recurse(depth - 1);
	else
		record();
	BARRIER();
}

void scenario_recursion(void)
{
	recurse(100);
	BARRIER();
}

static int compare(const void *a, const void *b)
{
	record();
	BARRIER();
	return *(const int *)a - *(const int *)b;
}

static NOINLINE void sort(void)
{
	int pair[2] = { 2, 1 };

	qsort(pair, 2, sizeof(pair[0]), compare);
	BARRIER();
}

void scenario_callback(void)
{
	sort();
	BARRIER();
}

static jmp_buf back;

static NOINLINE __attribute__((noreturn)) void leave(void)
{
	record();
	longjmp(back, 1);
}

/* The call is the last instruction, so the return address is after the function's last byte. */
static NOINLINE __attribute__((noreturn)) void call_is_last(void)
{
	number = 8;
	leave();
}

void scenario_noreturn(void)
{
	if (!setjmp(back))
		call_is_last();
	BARRIER();
}

static NOINLINE uint64_t many_arguments(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,
					uint64_t f, uint64_t g, uint64_t h, uint64_t i)
{
	record();
	BARRIER();
	return a + b + c + d + e + f + g + h + i;
}

static NOINLINE void caller_of_many(uint64_t x)
{
	number = many_arguments(x, x, x, x, x, x, x + 1, x + 2, x + 3);
}

void scenario_pushed_arguments(void)
{
	caller_of_many(number);
	BARRIER();
}

static NOINLINE void saves_all(void)
{
	__asm__ volatile("xorl %%ebx, %%ebx" ::: "rbx", "r12", "r13", "r14", "r15", "rbp");
	record();
	__asm__ volatile("" ::: "rbx", "r12", "r13", "r14", "r15", "rbp", "memory");
}

static NOINLINE void uses_all(void)
{
	__asm__ volatile("movl $77, %%ebp" ::: "rbx", "r12", "r13", "r14", "r15", "rbp");
	saves_all();
	BARRIER();
}

void scenario_saved_registers(void)
{
	uses_all();
	BARRIER();
}

static void handler(int signal)
{
	(void)signal;
	record();
	BARRIER();
}

static NOINLINE void raise_it(int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags };
	struct sigaction before;

	sigaction(SIGUSR1, &action, &before);
	raise(SIGUSR1);
	sigaction(SIGUSR1, &before, NULL);
}

void scenario_signal(void)
{
	raise_it(0);
	BARRIER();
}

void scenario_other_stack(void)
{
	stack_t stack = { .ss_sp = other_stack, .ss_size = sizeof(other_stack) }, before;

	sigaltstack(&stack, &before);
	raise_it(SA_ONSTACK);
	sigaltstack(&before, NULL);
}
