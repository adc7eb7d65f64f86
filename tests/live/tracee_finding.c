// SPDX-License-Identifier: MIT
/*
 * Has one bad habit for each kind of finding. The first argument names the habit. With a second
 * argument, the program has the good habit instead. The function `habit_…` makes the calls.
 */
#include <fcntl.h>
#include <linux/io_uring.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <ucontext.h>

#include <stdbool.h>

#include "tests/live/tracee.h"

#define SKIPPED 77

static int make_file(size_t size)
{
	int fd = open("data", O_RDWR | O_CREAT | O_TRUNC, 0600);

	CHECK(fd >= 0 && ftruncate(fd, (off_t)size) == 0);
	return fd;
}

static NOINLINE void habit_tiny_io(bool good)
{
	static char block[65536];
	int fd = make_file(20000);

	while (read(fd, block, good ? sizeof(block) : 4) > 0)
		;
	for (int i = 0; i < 2000; i++)
		CHECK(pwrite(fd, block, good ? 2048 : 3, i) > 0);
	CHECK(close(fd) == 0);
}

static NOINLINE void habit_seek(bool good)
{
	static char block[4096];
	int fd = make_file(1 << 20);

	for (int i = 0; i < 3000; i++) {
		off_t offset = i * 7919 % 250 * 4096;

		if (!good)
			CHECK(lseek(fd, offset, SEEK_SET) == offset);
		CHECK((good ? pread(fd, block, sizeof(block), offset)
			    : read(fd, block, sizeof(block))) == sizeof(block));
	}
	CHECK(close(fd) == 0);
}

static NOINLINE void habit_sync(bool good)
{
	char block[100] = { 0 };
	int fd = make_file(0);

	for (int i = 0; i < 100; i++) {
		CHECK(write(fd, block, sizeof(block)) == sizeof(block));
		if (!good || i == 99)
			CHECK(fdatasync(fd) == 0);
	}
	CHECK(close(fd) == 0);
}

static NOINLINE void habit_reopen(bool good)
{
	char line[40];

	CHECK(close(make_file(40)) == 0);
	for (int i = 0; i < (good ? 200 : 3000); i++) {
		int fd = open("data", O_RDONLY);

		CHECK(fd >= 0 && read(fd, line, sizeof(line)) == sizeof(line) && close(fd) == 0);
	}
}

static NOINLINE void habit_time_zone(bool good)
{
	time_t time = 1000000;

	if (good)
		setenv("TZ", ":/etc/localtime", 1);
	else
		unsetenv("TZ");
	for (int i = 0; i < 2000; i++) {
		CHECK(localtime(&time));
		BARRIER();
	}
}

static NOINLINE void habit_missing(bool good)
{
	CHECK(close(make_file(40)) == 0);
	for (int i = 0; i < 2000; i++)
		CHECK(access(good ? "data" : "nowhere/data", R_OK) == (good ? 0 : -1));
}

static NOINLINE void habit_spin(bool good)
{
	int fds[2];
	char byte;

	CHECK(pipe2(fds, O_NONBLOCK) == 0);
	for (int i = 0; i < 3000; i++) {
		struct pollfd wait = { .fd = fds[0], .events = POLLIN };

		if (good)
			CHECK(write(fds[1], "x", 1) == 1 && poll(&wait, 1, -1) == 1 &&
			      read(fds[0], &byte, 1) == 1);
		CHECK(read(fds[0], &byte, 1) == -1 && errno == EAGAIN);
	}
}

static void on_alarm(int signal)
{
	(void)signal;
}

static NOINLINE void habit_interrupted(bool good)
{
	struct itimerval often = { { 0, 300 }, { 0, 300 } }, never = { { 0, 0 }, { 0, 0 } };

	CHECK(sigaction(SIGALRM, &(struct sigaction){ .sa_handler = on_alarm }, NULL) == 0);
	CHECK(setitimer(ITIMER_REAL, &often, NULL) == 0);
	for (int i = 0; i < (good ? 50 : 1500); i++)
		CHECK(pause() == -1 && errno == EINTR);
	CHECK(setitimer(ITIMER_REAL, &never, NULL) == 0);
}

static NOINLINE void habit_failing(bool good)
{
	for (int fd = 1000; fd < 3000; fd++) {
		int target = good ? dup(0) : fd;

		CHECK(close(target) == (good ? 0 : -1));
	}
}

static NOINLINE void habit_allocation(bool good)
{
	for (int i = 0; i < 2000; i++) {
		volatile char *block = malloc(good ? 1 << 16 : 64 << 20);

		CHECK(block);
		block[0] = 1;
		free((void *)block);
	}
}

static NOINLINE void habit_heap(bool good)
{
	CHECK(mallopt(M_MMAP_THRESHOLD, 32 << 20) &&
	      mallopt(M_TRIM_THRESHOLD, good ? 64 << 20 : 0));
	for (int i = 0; i < 2000; i++) {
		volatile char *block = malloc(1 << 20);

		CHECK(block);
		block[0] = 1;
		free((void *)block);
	}
}

static NOINLINE void habit_mapping(bool good)
{
	void *kept = NULL;

	for (int i = 0; i < 2000; i++) {
		if (!kept)
			kept = mmap(NULL, 65536, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		CHECK(kept != MAP_FAILED);
		if (good)
			continue;
		CHECK(munmap(kept, 65536) == 0);
		kept = NULL;
	}
}

static pthread_mutex_t locks[4] = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
				    PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER };

/* Holds the lock for so long that the other threads have to wait for it. */
static NOINLINE void *contend(void *lock)
{
	for (int i = 0; i < 300; i++) {
		CHECK(pthread_mutex_lock(lock) == 0);
		CHECK(usleep(100) == 0);
		CHECK(pthread_mutex_unlock(lock) == 0);
	}
	return NULL;
}

static NOINLINE void habit_lock(bool good)
{
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		CHECK(pthread_create(&threads[i], NULL, contend, &locks[good ? i : 0]) == 0);
	for (int i = 0; i < 4; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
}

static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int turn;

/* Each piece of work waits until the other thread has finished the previous one. */
static NOINLINE void *take_turns(void *mine)
{
	for (int i = 0; i < 2000; i++) {
		pthread_mutex_lock(&locks[0]);
		while (turn != *(const int *)mine)
			pthread_cond_wait(&changed, &locks[0]);
		turn = !turn;
		pthread_cond_signal(&changed);
		pthread_mutex_unlock(&locks[0]);
	}
	return NULL;
}

static NOINLINE void habit_hand_over(bool good)
{
	static const int numbers[2] = { 0, 1 };
	pthread_t other;

	if (good)
		return;
	CHECK(pthread_create(&other, NULL, take_turns, (void *)&numbers[1]) == 0);
	take_turns((void *)&numbers[0]);
	CHECK(pthread_join(other, NULL) == 0);
}

static NOINLINE void habit_busy_poll(bool good)
{
	int fds[2];
	char byte = 0;

	CHECK(pipe(fds) == 0);
	for (int i = 0; i < 4000; i++) {
		struct pollfd wait = { .fd = fds[0], .events = POLLIN };

		if (good)
			CHECK(write(fds[1], &byte, 1) == 1);
		CHECK(poll(&wait, 1, 0) == (good ? 1 : 0));
		if (good)
			CHECK(read(fds[0], &byte, 1) == 1);
	}
}

static NOINLINE void habit_short_sleep(bool good)
{
	for (int i = 0; i < (good ? 1 : 400); i++)
		CHECK(usleep(good ? 50000 : 300) == 0);
}

static NOINLINE void habit_clock(bool good)
{
	struct timespec now;

	for (int i = 0; i < 4000; i++) {
		if (good)
			CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
		else
			CHECK(syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now) == 0);
	}
}

static NOINLINE void habit_cpu_clock(bool good)
{
	struct timespec now;

	for (int i = 0; i < (good ? 10 : 4000); i++)
		CHECK(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) == 0);
}

static NOINLINE void habit_storm(bool good)
{
	for (int i = 0; i < (good ? 100 : 4000); i++) {
		getppid();
		sched_yield();
	}
}

static NOINLINE void habit_context(bool good)
{
	ucontext_t here, there;
	jmp_buf place;

	for (int i = 0; i < 3000; i++) {
		if (good)
			(void)_setjmp(place);
		else
			CHECK(getcontext(&there) == 0 && getcontext(&here) == 0);
	}
}

static NOINLINE void habit_processes(bool good)
{
	for (int i = 0; i < (good ? 5 : 250); i++) {
		pid_t child = fork();

		CHECK(child >= 0);
		if (child == 0)
			_exit(0);
		CHECK(wait_for(child) == 0);
	}
}

static NOINLINE void *do_nothing(void *argument)
{
	return argument;
}

static NOINLINE void habit_threads(bool good)
{
	for (int i = 0; i < (good ? 5 : 300); i++) {
		pthread_t thread;

		CHECK(pthread_create(&thread, NULL, do_nothing, NULL) == 0);
		CHECK(pthread_join(thread, NULL) == 0);
	}
}

/* A server may wait for its clients, so this wait is not a bad habit. */
static NOINLINE void habit_waiting(bool good)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct pollfd wait = { .fd = -1 };

	CHECK(fd >= 0);
	if (good) {
		sa_family_t family = AF_UNIX;

		CHECK(bind(fd, (const struct sockaddr *)&family, sizeof(family)) == 0);
		CHECK(listen(fd, 1) == 0);
	}
	CHECK(poll(&wait, 1, 400) == 0);
}

static NOINLINE void habit_io_uring(bool good)
{
	struct io_uring_params params = { 0 };
	long fd = syscall(SYS_io_uring_setup, good ? 0 : 4, &params);

	if (fd < 0 && !good)
		exit(SKIPPED);
	if (fd >= 0)
		CHECK(close((int)fd) == 0);
}

static const struct habit {
	const char *name;
	void (*run)(bool good);
} habits[] = {
	{ "tiny-io", habit_tiny_io },	  { "seek", habit_seek },
	{ "sync", habit_sync },		  { "reopen", habit_reopen },
	{ "time-zone", habit_time_zone }, { "missing", habit_missing },
	{ "spin", habit_spin },		  { "interrupted", habit_interrupted },
	{ "failing", habit_failing },	  { "allocation", habit_allocation },
	{ "heap", habit_heap },		  { "mapping", habit_mapping },
	{ "lock", habit_lock },		  { "hand-over", habit_hand_over },
	{ "busy-poll", habit_busy_poll }, { "short-sleep", habit_short_sleep },
	{ "clock", habit_clock },	  { "cpu-clock", habit_cpu_clock },
	{ "storm", habit_storm },	  { "context", habit_context },
	{ "processes", habit_processes }, { "threads", habit_threads },
	{ "waiting", habit_waiting },	  { "io_uring", habit_io_uring },
};

int main(int argc, char **argv)
{
	CHECK(argc >= 2);
	for (size_t i = 0; i < sizeof(habits) / sizeof(habits[0]); i++) {
		if (strcmp(habits[i].name, argv[1]) != 0)
			continue;
		habits[i].run(argc > 2);
		BARRIER();
		return 0;
	}
	return TRACEE_FAILED;
}
