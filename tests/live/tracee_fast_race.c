/* SPDX-License-Identifier: MIT */
/*
 * Threads that go through many call sites at the same time. Each site is a `syscall; cmp`. While
 * the helper patches a site for one thread, other threads are about to reach it, are inside its
 * call, or are stopped there and the helper has not handled their stop yet.
 */
#include "tests/live/tracee.h"

#include <pthread.h>

#define NR_THREADS 4
#define NR_SITES   512
#define NR_CALLS   12 /* at each site */
#define SITE_SIZE  32

extern const char race_sites[];

/*
 * long site(long nr): returns the call's result, or -1 if the compare after the call sees an error.
 */
__asm__(".text\n"
	".balign 32\n"
	"race_sites:\n"
	".rept 512\n"
	".balign 32\n"
	".cfi_startproc\n"
	"	movl %edi, %eax\n"
	"	syscall\n"
	"	cmpq $-4096, %rax\n"
	"	ja 1f\n"
	"	ret\n"
	"1:	movq $-1, %rax\n"
	"	ret\n"
	".cfi_endproc\n"
	".endr\n");

static pthread_barrier_t barrier;

static NOINLINE void call(int number)
{
	long (*site)(long nr) = (long (*)(long))(race_sites + (size_t)number * SITE_SIZE);

	CHECK(site(SYS_getppid) == getppid());
	CHECK(site(-1) == -1);
	BARRIER();
}

static void *run(void *argument)
{
	pthread_barrier_wait(&barrier);
	for (int number = 0; number < NR_SITES; number++)
		for (int i = 0; i < NR_CALLS; i++)
			call(number);
	return argument;
}

int main(void)
{
	pthread_t threads[NR_THREADS];

	pthread_barrier_init(&barrier, NULL, NR_THREADS);
	for (int i = 0; i < NR_THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, run, NULL) == 0);
	for (int i = 0; i < NR_THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	return 0;
}
