/* SPDX-License-Identifier: MIT */
/*
 * Code that changes after it was patched: libraries loaded one after another at the same address,
 * code written at run time, and other code mapped over the program's.
 */
#include "tests/live/tracee.h"

#include <dlfcn.h>
#include <sys/mman.h>

#define NR_CALLS 300

static int callback_nr;

static void callback(void)
{
	CHECK(RAW_CALL0(SYS_getpgrp) > 0);
	callback_nr++;
}

static NOINLINE void use_library(const char *path)
{
	void (*run)(void (*)(void));
	void *library = dlopen(path, RTLD_NOW);

	CHECK(library);
	*(void **)&run = dlsym(library, "plugin_run");
	CHECK(run);
	for (int i = 0; i < NR_CALLS; i++)
		run(callback);
	CHECK(dlclose(library) == 0);
}

static void use_libraries(const char *first, const char *second)
{
	for (int i = 0; i < 6; i++)
		use_library(i % 2 ? second : first);
	CHECK(callback_nr == 6 * NR_CALLS);
}

/* mov $nr,%eax; syscall; ret */
static void write_code(char *code, uint32_t nr)
{
	const char tail[] = { 0x0f, 0x05, (char)0xc3 };

	code[0] = (char)0xb8;
	memcpy(code + 1, &nr, 4);
	memcpy(code + 5, tail, sizeof(tail));
}

static NOINLINE void call_code(long (*code)(void))
{
	for (int i = 0; i < NR_CALLS; i++)
		CHECK(code() > 0);
	BARRIER();
}

static void run_jit(void)
{
	static const uint32_t numbers[] = { SYS_getppid, SYS_getpgrp, SYS_getpid };
	char *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	long (*function)(void);

	*(void **)&function = code;
	for (int i = 0; i < 6; i++) {
		CHECK(mprotect(code, 4096, PROT_READ | PROT_WRITE) == 0);
		write_code(code, numbers[i % 3]);
		CHECK(mprotect(code, 4096, PROT_READ | PROT_EXEC) == 0);
		call_code(function);
	}
}

__attribute__((section("replaced_text"), aligned(4096))) NOINLINE long replaced(void)
{
	long result = RAW_CALL0(SYS_getppid);

	BARRIER();
	return result;
}

__attribute__((section("replaced_text"), aligned(4096))) NOINLINE long next_page(void)
{
	return 1;
}

static void run_fixed(void)
{
	char *page = (char *)(uintptr_t)replaced;

	CHECK(next_page() == 1);
	call_code(replaced);
	CHECK(mmap(page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == page);
	write_code(page, SYS_getpgrp);
	call_code(replaced);
	CHECK(mmap(page, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
		   0) == page);
	write_code(page, SYS_getpid);
	CHECK(mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0);
	call_code(replaced);
}

int main(int argc, char **argv)
{
	if (argc > 2)
		use_libraries(argv[1], argv[2]);
	else if (argc > 1)
		run_jit();
	else
		run_fixed();
	return 0;
}
