/* SPDX-License-Identifier: MIT */
/*
 * A child in a cgroup executes programs one after the other. Meanwhile this process freezes and
 * thaws the cgroup, and makes calls while it is frozen. Prints how many programs were executed. The
 * arguments are the cgroup's directory and "for_ever" (run until SIGTERM) or nothing. The argument
 * "program" alone is for the program that the child executes.
 */
#include "tests/live/tracee.h"

#include <fcntl.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <time.h>

#define NR_ROUNDS 60

struct shared {
	volatile int is_over;
	volatile int nr_programs;
};

static volatile sig_atomic_t has_term;

static void term_handler(int signal)
{
	(void)signal;
	has_term = 1;
}

static void write_file(const char *directory, const char *name, const char *text)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	fd = open(path, O_WRONLY);
	CHECK(fd >= 0);
	CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static NOINLINE void make_program_calls(void)
{
	for (int i = 0; i < 10; i++)
		CHECK(RAW_CALL0(SYS_getppid) > 0);
	BARRIER();
}

static _Noreturn void execute_programs(struct shared *shared, const char *cgroup, char *self)
{
	char *argv[] = { self, "program", NULL };

	write_file(cgroup, "cgroup.procs", "0");
	while (!shared->is_over) {
		pid_t pid = fork();

		CHECK(pid >= 0);
		if (pid == 0) {
			execv("/proc/self/exe", argv);
			_exit(TRACEE_FAILED);
		}
		CHECK(wait_for(pid) == 0);
		shared->nr_programs++;
	}
	_exit(0);
}

static NOINLINE void make_calls(void)
{
	for (int i = 0; i < 20; i++)
		CHECK(RAW_CALL0(SYS_getppid) > 0);
	BARRIER();
}

static void pause_ms(int ms)
{
	const struct timespec pause = { .tv_nsec = ms * 1000000 };

	nanosleep(&pause, NULL);
}

int main(int argc, char **argv)
{
	const struct sigaction action = { .sa_handler = term_handler };
	struct shared *shared;
	pid_t pid;

	if (argc > 1 && strcmp(argv[1], "program") == 0) {
		make_program_calls();
		return 0;
	}
	CHECK(argc > 1);
	CHECK(sigaction(SIGTERM, &action, NULL) == 0);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	CHECK(shared != MAP_FAILED);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0)
		execute_programs(shared, argv[1], argv[0]);
	printf("ready\n");
	fflush(stdout);
	for (int i = 0; argc > 2 ? !has_term : i < NR_ROUNDS; i++) {
		pause_ms(5 + i % 7);
		write_file(argv[1], "cgroup.freeze", "1");
		make_calls();
		pause_ms(1);
		make_calls();
		write_file(argv[1], "cgroup.freeze", "0");
	}
	shared->is_over = 1;
	CHECK(wait_for(pid) == 0);
	printf("%d\n", shared->nr_programs);
	return 0;
}
