/* SPDX-License-Identifier: MIT */
/*
 * Cancels threads that are blocked in each kind of cancellable call, at sites that have made many
 * calls. The blocked call must end the thread. Then it cancels a thread that reads data while the
 * data arrive: no byte may be lost. (This holds for glibc 2.41. Older versions may lose data that a
 * call has just read.)
 */
#include "tests/live/tracee.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#define NR_WARM	  60
#define NR_ROUNDS 3
#define NR_RACES  300

static int is_asynchronous;
static int empty[2], full[2], sockets[2], listening, polled, queue;
static atomic_int ready_tid, nr_cleaned;

static void wait_read(void)
{
	char byte;

	read(empty[0], &byte, 1);
	BARRIER();
}

static void wait_readv(void)
{
	char byte;
	struct iovec vector = { &byte, 1 };

	readv(empty[0], &vector, 1);
}

static void wait_write(void)
{
	static const char bytes[4096];

	write(full[1], bytes, sizeof(bytes));
	BARRIER();
}

static void wait_poll(void)
{
	struct pollfd file = { empty[0], POLLIN, 0 };

	poll(&file, 1, -1);
}

static void wait_select(void)
{
	fd_set set;

	FD_ZERO(&set);
	FD_SET(empty[0], &set);
	select(empty[0] + 1, &set, NULL, NULL, NULL);
}

static void wait_epoll(void)
{
	struct epoll_event event;

	epoll_wait(polled, &event, 1, -1);
}

static void wait_recv(void)
{
	char byte;

	recv(sockets[0], &byte, 1, 0);
}

static void wait_recvmsg(void)
{
	char byte;
	struct iovec vector = { &byte, 1 };
	struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1 };

	recvmsg(sockets[0], &message, 0);
}

static void wait_accept(void)
{
	accept(listening, NULL, NULL);
}

static void wait_sleep(void)
{
	struct timespec span = { 1000, 0 };

	nanosleep(&span, NULL);
}

static void wait_pause(void)
{
	pause();
}

static void wait_signal(void)
{
	sigset_t set;
	siginfo_t info;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigwaitinfo(&set, &info);
}

static void wait_suspend(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigsuspend(&set);
}

static void wait_child(void)
{
	int status;

	waitpid(-1, &status, 0);
}

static void wait_message(void)
{
	struct {
		long type;
		char text[8];
	} message;

	msgrcv(queue, &message, sizeof(message.text), 1, 0);
}

static void (*const waits[])(void) = {
	wait_read,  wait_readv,	 wait_write,   wait_poll,   wait_select,
	wait_epoll, wait_recv,	 wait_recvmsg, wait_accept, wait_sleep,
	wait_pause, wait_signal, wait_suspend, wait_child,  wait_message,
};

#define NR_WAITS (sizeof(waits) / sizeof(waits[0]))

static void clean_up(void *argument)
{
	(void)argument;
	RAW_CALL0(SYS_getpgrp);
	nr_cleaned++;
}

static void *run(void *argument)
{
	size_t which = *(size_t *)argument;
	char byte;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	for (int i = 0; i < NR_WARM; i++) {
		/* In newer libraries, all cancellable calls go through one site. */
		CHECK(write(sockets[0], "x", 1) == 1);
		CHECK(read(sockets[1], &byte, 1) == 1);
		usleep(1);
	}
	if (is_asynchronous)
		pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	pthread_cleanup_push(clean_up, NULL);
	ready_tid = (int)syscall(SYS_gettid);
	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
	waits[which]();
	pthread_cleanup_pop(0);
	return NULL;
}

static int is_sleeping(pid_t tid)
{
	char path[64], line[256] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", (int)tid);
	file = fopen(path, "r");
	if (!file)
		return 0;
	CHECK(fgets(line, sizeof(line), file));
	fclose(file);
	return strstr(line, ") S ") != NULL;
}

static void cancel_blocked(size_t which)
{
	pthread_t thread;
	void *result;

	ready_tid = 0;
	CHECK(pthread_create(&thread, NULL, run, &which) == 0);
	while (!ready_tid || !is_sleeping(ready_tid))
		usleep(500);
	pthread_cancel(thread);
	CHECK(pthread_join(thread, &result) == 0);
	if (result != PTHREAD_CANCELED) {
		fprintf(stderr, "call %zu was not cancelled\n", which);
		_exit(TRACEE_FAILED);
	}
}

static atomic_int nr_read;

static void *read_all(void *argument)
{
	char byte;

	(void)argument;
	ready_tid = 1;
	while (read(empty[0], &byte, 1) == 1)
		nr_read++;
	return NULL;
}

static int may_lose_bytes(void)
{
#ifdef __GLIBC__
	return strverscmp(gnu_get_libc_version(), "2.41") < 0;
#else
	return 0;
#endif
}

/*
 * Cancels a thread at the moment when a byte arrives: the byte is read and counted, or it is still
 * in the socket.
 */
static void cancel_reader(void)
{
	struct pollfd file = { empty[0], POLLIN, 0 };
	pthread_t thread;
	void *result;
	char byte;

	ready_tid = 0;
	nr_read = 0;
	CHECK(pthread_create(&thread, NULL, read_all, NULL) == 0);
	while (!ready_tid)
		usleep(10);
	CHECK(write(empty[1], "x", 1) == 1);
	pthread_cancel(thread);
	CHECK(pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
	if (nr_read == 0 && may_lose_bytes())
		nr_read = poll(&file, 1, 0) == 0;
	if (nr_read == 0)
		CHECK(poll(&file, 1, 0) == 1 && read(empty[0], &byte, 1) == 1);
	else
		CHECK(nr_read == 1 && poll(&file, 1, 0) == 0);
}

static void open_files(void)
{
	struct epoll_event event = { .events = EPOLLIN };
	struct sockaddr address = { .sa_family = AF_UNIX }; /* the kernel chooses a name */

	CHECK(pipe(empty) == 0 && pipe(full) == 0);
	while (poll(&(struct pollfd){ full[1], POLLOUT, 0 }, 1, 0) == 1) {
		static const char bytes[4096];

		CHECK(write(full[1], bytes, sizeof(bytes)) == sizeof(bytes));
	}
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
	listening = socket(AF_UNIX, SOCK_STREAM, 0);
	CHECK(bind(listening, &address, sizeof(address.sa_family)) == 0 &&
	      listen(listening, 1) == 0);
	polled = epoll_create1(0);
	CHECK(epoll_ctl(polled, EPOLL_CTL_ADD, empty[0], &event) == 0);
	queue = msgget(IPC_PRIVATE, 0600);
	CHECK(queue >= 0);
}

int main(int argc, char **argv)
{
	pid_t child;

	(void)argv;
	is_asynchronous = argc > 1;
	open_files();
	child = fork();
	if (child == 0) {
		pause();
		_exit(0);
	}
	for (int round = 0; round < NR_ROUNDS; round++)
		for (size_t which = 0; which < NR_WAITS; which++)
			cancel_blocked(which);
	CHECK(nr_cleaned == NR_ROUNDS * (int)NR_WAITS);
	if (!is_asynchronous)
		for (int race = 0; race < NR_RACES; race++)
			cancel_reader();
	msgctl(queue, IPC_RMID, NULL);
	kill(child, SIGKILL);
	CHECK(wait_for(child) == 128 + SIGKILL);
	return 0;
}
