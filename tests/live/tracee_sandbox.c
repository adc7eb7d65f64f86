/* SPDX-License-Identifier: MIT */
/*
 * Installs a seccomp filter that kills the process for calls that the program does not make. The
 * first argument says what the program does then.
 *
 *   threads   creates threads, which exist at the same time and make calls
 *   exec      executes this program with the argument "calls"
 *   few       the same, and the filter denies most ways to share memory
 *   readonly  the same, and the filter also denies opening files for writing
 *   closed    the same, and the filter denies all ways to share memory
 *   address   the filter looks at the address of the syscall instruction
 *   limits    limits the address space
 *   calls     installs no filter, and makes calls
 */
#include "tests/live/tracee.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define NR_CALLS   500
#define NR_THREADS 30
#define NOREPLACE  0x100000 /* MAP_FIXED_NOREPLACE */

#define LOAD(field)    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(action) BPF_STMT(BPF_RET | BPF_K, action)
#define KILL_IF(nr)    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1), ANSWER(SECCOMP_RET_KILL_PROCESS)
#define INSTALL(...)                                                                      \
	do {                                                                              \
		struct sock_filter code_[] = { __VA_ARGS__ };                             \
		install(&(struct sock_fprog){ sizeof(code_) / sizeof(code_[0]), code_ }); \
	} while (0)

static pthread_barrier_t barrier;

static void install(struct sock_fprog *program)
{
	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program) == 0);
}

static NOINLINE void make_calls(void)
{
	for (int i = 0; i < NR_CALLS; i++)
		CHECK(syscall(SYS_getppid) >= 0);
	BARRIER();
}

/* Kills the process for calls that neither this program nor scprof makes. */
static void close_little(void)
{
	INSTALL(LOAD(nr), KILL_IF(SYS_personality), ANSWER(SECCOMP_RET_ALLOW));
}

/* Also kills the process for calls that only scprof makes. */
static void close_much(void)
{
	INSTALL(LOAD(nr), KILL_IF(SYS_memfd_create), KILL_IF(SYS_shmat), KILL_IF(SYS_membarrier),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 0, 3), LOAD(args[3]),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, NOREPLACE | MAP_SHARED, 0, 1),
		ANSWER(SECCOMP_RET_KILL_PROCESS), ANSWER(SECCOMP_RET_ALLOW));
}

static void *run_thread(void *unused)
{
	(void)unused;
	pthread_barrier_wait(&barrier);
	make_calls();
	pthread_barrier_wait(&barrier);
	return NULL;
}

static void run_threads(void)
{
	pthread_t threads[NR_THREADS];

	close_much();
	CHECK(pthread_barrier_init(&barrier, NULL, NR_THREADS) == 0);
	for (int i = 0; i < NR_THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, run_thread, NULL) == 0);
	for (int i = 0; i < NR_THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
}

/* Kills the process for some calls that only scprof makes. */
static void close_some(void)
{
	INSTALL(LOAD(nr), KILL_IF(SYS_memfd_create), KILL_IF(SYS_shmat), KILL_IF(SYS_membarrier),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 0, 3), LOAD(args[3]),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, NOREPLACE, 0, 1),
		ANSWER(SECCOMP_RET_KILL_PROCESS), ANSWER(SECCOMP_RET_ALLOW));
}

/* Also kills the process if it opens a file for writing. */
static void close_writing(void)
{
	close_some();
	INSTALL(LOAD(nr), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 3), LOAD(args[2]),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, O_ACCMODE, 0, 1),
		ANSWER(SECCOMP_RET_KILL_PROCESS), ANSWER(SECCOMP_RET_ALLOW));
}

static void execute(const char *program)
{
	execl(program, program, "calls", NULL);
	CHECK(0);
}

/* Some sandboxes do this, so that only their own code can make a certain call. */
static NOINLINE long get_group(void)
{
	long result = RAW_CALL0(SYS_getpgrp);

	BARRIER();
	return result;
}

/* Denies getpgrp unless its address is in the page of get_group() or in the next one. */
static void try_address(void)
{
	const uint64_t page = (uint64_t)(uintptr_t)get_group & ~4095ull;

	for (int i = 0; i < NR_CALLS; i++)
		CHECK(get_group() > 0);
	INSTALL(LOAD(nr), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpgrp, 0, 7),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, instruction_pointer) + 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(page >> 32), 0, 4),
		LOAD(instruction_pointer),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (uint32_t)page, 0, 2),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (uint32_t)page + 2 * 4096, 1, 0),
		ANSWER(SECCOMP_RET_ALLOW), ANSWER(SECCOMP_RET_ERRNO | EXDEV),
		ANSWER(SECCOMP_RET_ALLOW));
	for (int i = 0; i < NR_CALLS; i++)
		CHECK(get_group() > 0);
	CHECK(syscall(SYS_getpgrp) == -1 && errno == EXDEV);
}

static void try_limits(void)
{
	const struct rlimit limit = { 1ull << 40, 1ull << 40 };

	make_calls();
	close_little();
	CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
	make_calls();
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";

	if (strcmp(mode, "threads") == 0) {
		run_threads();
	} else if (strcmp(mode, "exec") == 0) {
		close_little();
		execute(argv[0]);
	} else if (strcmp(mode, "few") == 0) {
		close_some();
		execute(argv[0]);
	} else if (strcmp(mode, "readonly") == 0) {
		close_writing();
		execute(argv[0]);
	} else if (strcmp(mode, "closed") == 0) {
		close_much();
		execute(argv[0]);
	} else if (strcmp(mode, "address") == 0) {
		try_address();
	} else if (strcmp(mode, "limits") == 0) {
		try_limits();
	} else {
		make_calls();
	}
	return 0;
}
