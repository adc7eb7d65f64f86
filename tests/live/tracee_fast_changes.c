/* SPDX-License-Identifier: MIT */
/*
 * A program that changes one of its properties in the middle of many calls, and goes on calling.
 */
#include "tests/live/tracee.h"

#include <asm/prctl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define NR_CALLS 300

static uint64_t gs_data[1024];

static NOINLINE void call_once(void)
{
	long result = RAW_CALL0(SYS_getppid);

	BARRIER();
	CHECK(result > 0);
	BARRIER();
}

static NOINLINE void call(int nr)
{
	char byte;

	for (int i = 0; i < nr; i++) {
		call_once();
		CHECK(pread(-1, &byte, 1, 0) == -1 && errno == EBADF);
	}
	BARRIER();
}

static NOINLINE long call_signal(int signal)
{
	static pid_t pid;
	long result;

	if (!pid)
		pid = (pid_t)RAW_CALL0(SYS_getpid);
	result = RAW_CALL3(SYS_kill, pid, signal, 0);
	BARRIER();
	return result;
}

static uint64_t gs_base(void)
{
	uint64_t base = 1;

	/* The option is an int, so the kernel ignores the bits above it. */
	CHECK(syscall(SYS_arch_prctl, 1ull << 32 | ARCH_GET_GS, &base) == 0);
	return base;
}

static uint64_t gs_word(unsigned int number)
{
	uint64_t word;

	__asm__ volatile("movq %%gs:(%1), %0" : "=r"(word) : "r"(8ull * number));
	return word;
}

static void check_gs(void)
{
	for (unsigned int i = 0; i < 1024; i++)
		CHECK(gs_data[i] == i && gs_word(i) == i);
}

static void *use_gs_in_thread(void *argument)
{
	/* A new thread starts with a copy of its creator's segment registers. */
	check_gs();
	call(NR_CALLS);
	check_gs();
	return argument;
}

static void use_gs(int directly)
{
	pthread_t thread;
	pid_t pid;

	for (unsigned int i = 0; i < 1024; i++)
		gs_data[i] = i;
	CHECK(gs_base() == 0);
	if (directly)
		__asm__ volatile("wrgsbase %0" : : "r"(gs_data));
	else
		CHECK(syscall(SYS_arch_prctl, ARCH_SET_GS, gs_data) == 0);
	call(NR_CALLS);
	check_gs();
	CHECK(gs_base() == (uint64_t)(uintptr_t)gs_data);
	pthread_create(&thread, NULL, use_gs_in_thread, NULL);
	pthread_join(thread, NULL);
	pid = fork();
	if (pid == 0) {
		use_gs_in_thread(NULL);
		_exit(0);
	}
	CHECK(wait_for(pid) == 0);
	check_gs();
}

static void clear_gs(void)
{
	__asm__ volatile("mov %0, %%gs" : : "r"(0));
	call(NR_CALLS);
	CHECK(gs_base() == 0);
}

static void filter_own(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pread64, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EBADF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

static void limit_memory(void)
{
	struct rlimit limit = { 512 << 20, 512 << 20 };
	char *memory;

	CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
	memory = mmap(NULL, 64 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(memory != MAP_FAILED);
}

static void say_tracer(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[256];

	while (fgets(line, sizeof(line), file))
		if (strncmp(line, "TracerPid:", 10) == 0)
			printf("%d.", atoi(line + 10));
	fclose(file);
	fflush(stdout);
}

static void *call_in_thread(void *argument)
{
	call(NR_CALLS);
	return argument;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	pthread_t thread;

	call(NR_CALLS);
	if (strcmp(what, "close") == 0)
		for (int fd = 0; fd < 1024; fd++)
			close(fd);
	else if (strcmp(what, "filter") == 0)
		filter_own();
	else if (strcmp(what, "gs") == 0)
		use_gs(0);
	else if (strcmp(what, "wrgsbase") == 0)
		use_gs(1);
	else if (strcmp(what, "selector") == 0)
		clear_gs();
	else if (strcmp(what, "memory") == 0)
		limit_memory();
	else if (strcmp(what, "undumpable") == 0)
		CHECK(prctl(PR_SET_DUMPABLE, 0) == 0);
	else if (strcmp(what, "kill") == 0)
		for (int i = 0; i < NR_CALLS; i++)
			CHECK(call_signal(0) == 0);
	call(NR_CALLS);
	pthread_create(&thread, NULL, call_in_thread, NULL);
	pthread_join(thread, NULL);
	if (strcmp(what, "kill") == 0)
		call_signal(SIGKILL);
	if (strcmp(what, "endless") == 0) {
		say_tracer();
		for (;;)
			call(1);
	}
	return 0;
}
