/* SPDX-License-Identifier: MIT */
/*
 * code_changes MAPPINGS CHANGES: behaves like a JIT compiler whose memory is never writable and
 * executable at the same time. It makes MAPPINGS mappings, writes CHANGES functions and calls each.
 * Prints the nanoseconds that the changes took.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#define PAGE	 4096
#define NR_PAGES 200

static void *map(size_t size, int protection)
{
	void *memory = mmap(NULL, size, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		exit(1);
	return memory;
}

/* The kernel does not merge neighbours with different protection. */
static void make_mapping(int number)
{
	int odd = PROT_READ | PROT_WRITE, even = PROT_READ;
	char *memory = map(2 * PAGE, number & 1 ? odd : even);

	if (mprotect(memory, PAGE, number & 1 ? even : odd))
		exit(1);
}

static int change(unsigned char *page)
{
	static const unsigned char return_zero[] = { 0x31, 0xc0, 0xc3 };

	if (mprotect(page, PAGE, PROT_READ | PROT_WRITE))
		exit(1);
	memcpy(page, return_zero, sizeof(return_zero));
	if (mprotect(page, PAGE, PROT_READ | PROT_EXEC))
		exit(1);
	return ((int (*)(void))page)();
}

static long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000 + now.tv_nsec;
}

int main(int argc, char **argv)
{
	int nr_mappings = argc > 2 ? atoi(argv[1]) : 0, nr_changes = argc > 2 ? atoi(argv[2]) : 0;
	unsigned char *code = map(NR_PAGES * PAGE, PROT_READ | PROT_EXEC);
	long start;
	int sum = 0;

	for (int i = 0; i < nr_mappings; i++)
		make_mapping(i);
	start = now_ns();
	for (int i = 0; i < nr_changes; i++)
		sum += change(code + i % NR_PAGES * PAGE);
	printf("%ld\n", now_ns() - start);
	return sum;
}
