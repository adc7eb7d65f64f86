/* SPDX-License-Identifier: MIT */
/*
 * Acts like a compiler at run time: makes its code writable for each change, and then executable again. First no
 * stack leads through the code, then each one does. The argument decides whether one thread or two make these
 * changes, each in its own page.
 */
#include "tests/live/tracee.h"

#include <pthread.h>
#include <sys/mman.h>

#define PAGE	  4096
#define NR_PAGES  64
#define NR_ROUNDS 400
#define NR_FAILED 10

/* xor %eax,%eax; ret */
static const unsigned char return_zero[] = { 0x31, 0xc0, 0xc3 };
/* push %rbp; mov %rsp,%rbp; call *%rdi; pop %rbp; ret */
static const unsigned char with_frame[] = { 0x55, 0x48, 0x89, 0xe5, 0xff, 0xd7, 0x5d, 0xc3 };
/* sub $24,%rsp; call *%rdi; add $24,%rsp; ret */
static const unsigned char without_frame[] = { 0x48, 0x83, 0xec, 0x18, 0xff, 0xd7,
					       0x48, 0x83, 0xc4, 0x18, 0xc3 };

static unsigned char *pages;

static NOINLINE void protect(unsigned char *page, int protection)
{
	CHECK(mprotect(page, PAGE, protection) == 0);
	BARRIER();
}

static NOINLINE void write_code(unsigned char *page, const unsigned char *code, size_t size)
{
	protect(page, PROT_READ | PROT_WRITE);
	memcpy(page, code, size);
	protect(page, PROT_READ | PROT_EXEC);
	BARRIER();
}

static NOINLINE void inner(void)
{
	RAW_CALL0(SYS_getppid);
	BARRIER();
}

static void change_unused(void)
{
	for (int i = 0; i < NR_ROUNDS; i++) {
		unsigned char *page = pages + i % NR_PAGES * PAGE;

		write_code(page, return_zero, sizeof(return_zero));
		CHECK(((int (*)(void))page)() == 0);
	}
	/* A change that fails does not move any code. */
	for (int i = 0; i < NR_FAILED; i++)
		CHECK(syscall(SYS_mprotect, pages + 1, PAGE, PROT_READ) == -1 && errno == EINVAL);
	CHECK(((int (*)(void))pages)() == 0);
}

static NOINLINE void change_used(unsigned char *page)
{
	for (int i = 0; i < NR_ROUNDS; i++) {
		if (i % 2)
			write_code(page, with_frame, sizeof(with_frame));
		else
			write_code(page, without_frame, sizeof(without_frame));
		((void (*)(void (*)(void)))page)(inner);
		BARRIER();
	}
}

static void *run(void *page)
{
	change_used(page);
	BARRIER();
	return NULL;
}

static void change_in_threads(void)
{
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		CHECK(pthread_create(&threads[i], NULL, run, pages + i * PAGE) == 0);
	for (int i = 0; i < 2; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
}

int main(int argc, char **argv)
{
	pages = mmap(NULL, (size_t)NR_PAGES * PAGE, PROT_READ | PROT_EXEC,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(pages != MAP_FAILED);
	change_unused();
	if (argc > 1 && strcmp(argv[1], "used") == 0)
		change_used(pages);
	else if (argc > 1)
		change_in_threads();
	return 0;
}
