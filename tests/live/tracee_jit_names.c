/* SPDX-License-Identifier: MIT */
/*
 * Generated code calls functions that make calls: with a frame pointer, as Python's trampoline
 * does, and without anything that helps to unwind. A child does it, and leaves a perf map of the
 * names in /tmp, which the parent removes. With the argument `link`, the map is in another place,
 * and a symbolic link in /tmp leads to it.
 */
#include "tests/live/tracee.h"

#include <stdbool.h>
#include <sys/mman.h>

/* push %rbp; mov %rsp,%rbp; call *%rdi; pop %rbp; ret */
static const unsigned char with_frame[] = { 0x55, 0x48, 0x89, 0xe5, 0xff, 0xd7, 0x5d, 0xc3 };
/* sub $24,%rsp; call *%rdi; add $24,%rsp; ret */
static const unsigned char trampoline[] = { 0x48, 0x83, 0xec, 0x18, 0xff, 0xd7,
					    0x48, 0x83, 0xc4, 0x18, 0xc3 };
/* push %rbp; xor %ebp,%ebp; call *%rdi; pop %rbp; ret */
static const unsigned char without_frame[] = { 0x55, 0x31, 0xed, 0xff, 0xd7, 0x5d, 0xc3 };

static NOINLINE void ask_parent(void)
{
	RAW_CALL0(SYS_getppid);
	BARRIER();
}

static NOINLINE void ask_group(void)
{
	RAW_CALL0(SYS_getpgrp);
	BARRIER();
}

static NOINLINE void ask_user(void)
{
	RAW_CALL0(SYS_getuid);
	BARRIER();
}

static NOINLINE void call(unsigned char *code, void (*function)(void))
{
	((void (*)(void (*)(void)))code)(function);
	BARRIER();
}

static void write_map(const char *name, const unsigned char *page)
{
	FILE *file = fopen(name, "w");

	CHECK(file);
	/* The last line about an address counts. The other lines test the reader's tolerance. */
	fprintf(file, "%lx 1000 moved\n", (unsigned long)page);
	fprintf(file, "nonsense\n\n7f00\n7f00 12\n7f00 zz name\n");
	fprintf(file, "%lx 40 JS:*framed /src/a.js:12:3\n", (unsigned long)page);
	fprintf(file, "%lx 40 tram;poline 12\n", (unsigned long)page + 64);
	fprintf(file, "ffffffffffffffff ffffffffffffffff end");
	CHECK(fclose(file) == 0);
}

static void run(const char *name)
{
	unsigned char *page =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(page != MAP_FAILED);
	memcpy(page, with_frame, sizeof(with_frame));
	memcpy(page + 64, trampoline, sizeof(trampoline));
	memcpy(page + 128, without_frame, sizeof(without_frame));
	CHECK(mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0);
	write_map(name, page);
	for (int i = 0; i < 10; i++) {
		call(page, ask_parent);
		call(page + 64, ask_group);
		call(page + 128, ask_user);
	}
}

int main(int argc, char **argv)
{
	bool is_link = argc > 1 && strcmp(argv[1], "link") == 0;
	char name[64], elsewhere[80];
	pid_t child = fork();

	CHECK(child >= 0);
	snprintf(name, sizeof(name), "/tmp/perf-%d.map", child ? (int)child : (int)getpid());
	snprintf(elsewhere, sizeof(elsewhere), "%s.target", name);
	if (child) {
		CHECK(wait_for(child) == 0);
		unlink(elsewhere);
		return unlink(name);
	}
	if (is_link)
		CHECK(symlink(elsewhere, name) == 0);
	run(is_link ? elsewhere : name);
	return 0;
}
