/* SPDX-License-Identifier: MIT */
/*
 * usage: ignored_threads ROUNDS. Each thread makes a blocking call again and again, and each call
 * lasts until its timeout. Meanwhile a child sends the process signals that it ignores. The kernel
 * chooses one thread for such a signal, and another thread may take it. With a tracer, both threads
 * are woken; without a tracer, none is. Each call must last for its whole timeout in both cases.
 */
#include "tests/live/tracee.h"

#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#define TIMEOUT_MS 40
#define TIMEOUT_NS (TIMEOUT_MS * 1000000)

static const struct timespec timeout = { .tv_nsec = TIMEOUT_NS };
static int nr_rounds;

static void wait_for_epoll(int *errors)
{
	struct epoll_event event;
	int epoll = epoll_create1(0);

	for (int i = 0; i < nr_rounds; i++)
		*errors += epoll_wait(epoll, &event, 1, TIMEOUT_MS) != 0;
}

static void wait_for_epoll_with_mask(int *errors)
{
	struct epoll_event event;
	int epoll = epoll_create1(0);
	sigset_t set;

	sigemptyset(&set);
	for (int i = 0; i < nr_rounds; i++)
		*errors += epoll_pwait(epoll, &event, 1, TIMEOUT_MS, &set) != 0;
}

static void sleep_for_a_while(int *errors)
{
	for (int i = 0; i < nr_rounds; i++)
		*errors += nanosleep(&timeout, NULL) != 0;
}

static void wait_for_poll(int *errors)
{
	for (int i = 0; i < nr_rounds; i++)
		*errors += poll(NULL, 0, TIMEOUT_MS) != 0;
}

static void wait_for_select(int *errors)
{
	for (int i = 0; i < nr_rounds; i++) {
		struct timeval time = { .tv_usec = TIMEOUT_MS * 1000 };

		*errors += select(0, NULL, NULL, NULL, &time) != 0;
	}
}

static void wait_for_futex(int *errors)
{
	int word = 0;

	for (int i = 0; i < nr_rounds; i++) {
		long result = syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &timeout, NULL, 0);

		*errors += result != -1 || errno != ETIMEDOUT;
	}
}

static void wait_for_signal(int *errors)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	for (int i = 0; i < nr_rounds; i++)
		*errors += sigtimedwait(&set, NULL, &timeout) != -1 || errno != EAGAIN;
}

static void wait_for_semaphore(int *errors)
{
	struct sembuf down = { 0, -1, 0 };
	int id = semget(IPC_PRIVATE, 1, 0600);

	CHECK(id >= 0);
	for (int i = 0; i < nr_rounds; i++)
		*errors += semtimedop(id, &down, 1, &timeout) != -1 || errno != EAGAIN;
	CHECK(semctl(id, 0, IPC_RMID) == 0);
}

static void wait_for_socket(int *errors)
{
	const struct timeval time = { .tv_usec = TIMEOUT_MS * 1000 };
	int pair[2];
	char byte;

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	CHECK(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)) == 0);
	for (int i = 0; i < nr_rounds; i++)
		*errors += recv(pair[0], &byte, 1, 0) != -1 || errno != EAGAIN;
}

static const struct way {
	const char *name;
	void (*wait)(int *errors);
} ways[] = {
	{ "epoll_wait", wait_for_epoll },    { "epoll_pwait", wait_for_epoll_with_mask },
	{ "nanosleep", sleep_for_a_while },  { "poll", wait_for_poll },
	{ "select", wait_for_select },	     { "futex", wait_for_futex },
	{ "sigtimedwait", wait_for_signal }, { "semtimedop", wait_for_semaphore },
	{ "recv", wait_for_socket },	     { "epoll_wait", wait_for_epoll },
};

#define NR_WAYS (sizeof(ways) / sizeof(ways[0]))

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void *go(void *argument)
{
	const struct way *way = argument;
	uint64_t start_ns = now_ns();
	int errors = 0;

	way->wait(&errors);
	if (errors || now_ns() - start_ns < (uint64_t)nr_rounds * TIMEOUT_NS)
		printf("%s: %d of %d calls did not end by their timeout\n", way->name, errors,
		       nr_rounds);
	return NULL;
}

/*
 * Sends signals in bursts until @is_over, so that a signal finds threads that stop for the previous
 * one.
 */
static void disturb(pid_t process, const volatile int *is_over)
{
	static const int signals[] = { SIGCHLD, SIGWINCH, SIGURG, SIGUSR1 };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (unsigned int i = 0; !*is_over; i++) {
		kill(process, signals[i % 4]);
		if (i % 8 == 7)
			usleep(200 + i % 64 * 20);
	}
	_exit(0);
}

int main(int argc, char **argv)
{
	int *is_over = mmap(NULL, sizeof(*is_over), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_t threads[NR_WAYS];
	pid_t process = getpid(), child;
	sigset_t set;

	nr_rounds = argument(argc, argv, 1, 10);
	signal(SIGUSR1, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	child = fork();
	if (child == 0)
		disturb(process, is_over);
	for (size_t i = 0; i < NR_WAYS; i++)
		CHECK(pthread_create(&threads[i], NULL, go, (void *)(uintptr_t)&ways[i]) == 0);
	for (size_t i = 0; i < NR_WAYS; i++)
		pthread_join(threads[i], NULL);
	*is_over = 1;
	waitpid(child, NULL, 0);
	return 0;
}
