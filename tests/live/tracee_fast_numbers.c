/* SPDX-License-Identifier: MIT */
/*
 * One site of libc, in syscall(), makes many different calls, among them some that must never be
 * made in the gate. It also makes calls that map code, from a site that has mapped other things
 * before.
 */
#include "tests/live/tracee.h"

#include <asm/prctl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>

static NOINLINE void call_many(int i)
{
	uint64_t base;
	pid_t pid;

	CHECK(syscall(SYS_getppid) > 0);
	CHECK(syscall(SYS_gettid) > 0);
	CHECK(syscall(SYS_close, -1) == -1 && errno == EBADF);
	CHECK(syscall(SYS_prctl, PR_SET_NAME, i % 2 ? "odd" : "even") == 0);
	CHECK(syscall(SYS_arch_prctl, ARCH_GET_FS, &base) == 0);
	CHECK(syscall(100000) == -1 && errno == ENOSYS);
	if (i % 20)
		return;
	pid = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	if (pid == 0) {
		for (int j = 0; j < 50; j++)
			CHECK(syscall(SYS_getppid) > 0);
		syscall(SYS_exit, 7);
	}
	CHECK(wait_for(pid) == 7);
}

static NOINLINE void map_code(uint32_t nr)
{
	static const char tail[] = { 0x0f, 0x05, (char)0xc3 };
	char *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	long (*function)(void);

	code[0] = (char)0xb8;
	memcpy(code + 1, &nr, 4);
	memcpy(code + 5, tail, sizeof(tail));
	*(void **)&function = code;
	for (int i = 0; i < 20; i++)
		CHECK(function() > 0);
	CHECK(munmap(code, 4096) == 0);
}

static NOINLINE void map_data(void)
{
	char *data = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	data[0] = 1;
	CHECK(mprotect(data, 4096, PROT_READ) == 0);
	CHECK(munmap(data, 4096) == 0);
}

int main(void)
{
	for (int i = 0; i < 300; i++)
		call_many(i);
	for (int i = 0; i < 300; i++) {
		map_data();
		if (i % 30 == 0)
			map_code(i % 60 ? SYS_getpgrp : SYS_getpid);
	}
	return 0;
}
