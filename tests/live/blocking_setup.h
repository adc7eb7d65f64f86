/* SPDX-License-Identifier: MIT */
/*
 * Prepares and ends blocking calls, for tracee_ignored. One process, the subject, makes a blocking
 * call. Its child sends it signals and then causes the event that ends the call.
 */
#ifndef SCPROF_TESTS_LIVE_BLOCKING_SETUP_H
#define SCPROF_TESTS_LIVE_BLOCKING_SETUP_H

#include "tests/live/tracee.h"

#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/futex.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <time.h>

#define TIMEOUT_MS     150
#define LONG_TIMEOUT_S 3

/* In read-only memory; call_ppoll_const() says why. */
static const struct timespec short_timeout = { 0, TIMEOUT_MS * 1000000 };
static const struct timespec long_timeout = { LONG_TIMEOUT_S, 0 };
static const struct timespec *timeout = &short_timeout;
static struct timeval timeout_us = { 0, TIMEOUT_MS * 1000 };
static int timeout_ms = TIMEOUT_MS;

/* The subject shares these with its child, because it makes them before the fork. */
static int pipe_fds[2];
static int pair[2];
static int fd;
static int ipc;
static aio_context_t aio;
static volatile int *word; /* in shared memory; the first word is for futexes */
enum { THREAD = 1, IS_OVER = 2 };
static pid_t subject;
static int is_directed;
static int sent_signal; /* this signal is sent repeatedly */

static inline void lengthen_timeout(void)
{
	timeout = &long_timeout;
	timeout_us = (struct timeval){ .tv_sec = LONG_TIMEOUT_S };
	timeout_ms = LONG_TIMEOUT_S * 1000;
}

static inline void handler(int signal)
{
	(void)signal;
}

/*
 * Sends @signal to the process or, if is_directed, to the thread that makes the call. Returns false if there is no such
 * thread.
 */
static inline int send_signal(int signal)
{
	if (is_directed)
		return syscall(SYS_tgkill, subject, word[THREAD], signal) == 0;
	return kill(subject, signal) == 0;
}

static inline void no_event(void)
{
}

static inline void write_byte(void)
{
	CHECK(write(pipe_fds[1], "x", 1) == 1);
}

static inline void send_byte(void)
{
	CHECK(send(pair[1], "x", 1, 0) == 1);
}

static inline void raise_usr2(void)
{
	send_signal(SIGUSR2);
}

static inline void make_pipe(void)
{
	CHECK(pipe(pipe_fds) == 0);
}

static inline void make_pair(void)
{
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
}

static inline void make_timed_pair(void)
{
	make_pair();
	CHECK(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &timeout_us, sizeof(timeout_us)) == 0);
	CHECK(setsockopt(pair[0], SOL_SOCKET, SO_SNDTIMEO, &timeout_us, sizeof(timeout_us)) == 0);
}

static inline void fill_pair(void)
{
	static char bytes[4096];

	make_timed_pair();
	while (send(pair[0], bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		;
}

static inline void listen_for(int backlog, const struct timeval *time)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	CHECK(bind(fd, (struct sockaddr *)&addr, sizeof(addr.sun_family)) == 0); /* any name */
	CHECK(listen(fd, backlog) == 0);
	CHECK(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, time, sizeof(*time)) == 0);
}

static inline int connect_to_it(int type)
{
	struct sockaddr_un addr;
	socklen_t size = sizeof(addr);
	int client = socket(AF_UNIX, SOCK_STREAM | type, 0);

	CHECK(getsockname(fd, (struct sockaddr *)&addr, &size) == 0);
	CHECK(setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &timeout_us, sizeof(timeout_us)) == 0);
	return connect(client, (struct sockaddr *)&addr, size);
}

static inline void make_listener(void)
{
	listen_for(1, &timeout_us);
}

static inline void make_patient_listener(void)
{
	const struct timeval minute = { .tv_sec = 60 };

	listen_for(1, &minute);
}

static inline void make_full_listener(void)
{
	listen_for(0, &timeout_us);
	while (connect_to_it(SOCK_NONBLOCK) == 0)
		;
}

static inline void make_epoll(void)
{
	struct epoll_event event = { .events = EPOLLIN };

	make_pipe();
	fd = epoll_create1(0);
	CHECK(epoll_ctl(fd, EPOLL_CTL_ADD, pipe_fds[0], &event) == 0);
}

static inline void make_semaphore(void)
{
	ipc = semget(IPC_PRIVATE, 1, 0600);
	CHECK(ipc >= 0);
}

static inline void give_semaphore(void)
{
	struct sembuf up = { 0, 1, 0 };

	semop(ipc, &up, 1);
}

static inline void remove_semaphore(void)
{
	semctl(ipc, 0, IPC_RMID);
}

static inline void make_queue(void)
{
	ipc = msgget(IPC_PRIVATE, 0600);
	CHECK(ipc >= 0);
}

static inline void send_message(void)
{
	struct {
		long type;
		char byte;
	} message = { 1, 'x' };

	CHECK(msgsnd(ipc, &message, 1, 0) == 0);
}

static inline void remove_queue(void)
{
	msgctl(ipc, IPC_RMID, NULL);
}

static inline void make_aio(void)
{
	aio_context_t context = 0;

	CHECK(syscall(SYS_io_setup, 1, &context) == 0);
	aio = context;
}

static inline void make_ring(void)
{
	struct io_uring_params params = { 0 };

	fd = (int)syscall(SYS_io_uring_setup, 1, &params);
}

static inline void make_inotify(void)
{
	fd = inotify_init1(0);
	CHECK(inotify_add_watch(fd, ".", IN_CREATE) >= 0);
}

static inline void make_file(void)
{
	char name[64];

	snprintf(name, sizeof(name), "made-%d", subject);
	CHECK(close(open(name, O_CREAT | O_EXCL | O_RDWR, 0600)) == 0);
	CHECK(unlink(name) == 0);
}

static inline void make_eventfd(void)
{
	fd = eventfd(0, 0);
}

static inline void add_event(void)
{
	uint64_t one = 1;

	CHECK(write(fd, &one, sizeof(one)) == sizeof(one));
}

static inline void catch_usr2(void)
{
	const struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };

	CHECK(sigaction(SIGUSR2, &action, NULL) == 0);
}

static inline void make_epoll_and_catch(void)
{
	make_epoll();
	catch_usr2();
}

static inline void block_usr2(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
}

static inline void wake_word(void)
{
	*word = 1;
	syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static inline void lock_file(void)
{
	char name[64];

	snprintf(name, sizeof(name), "lock-%d-%d", getpid(), (int)time(NULL));
	fd = open(name, O_CREAT | O_RDWR, 0600);
	pair[0] = open(name, O_RDWR);
	CHECK(fd >= 0 && pair[0] >= 0 && unlink(name) == 0 && flock(pair[0], LOCK_EX) == 0);
}

static inline void unlock_file(void)
{
	flock(pair[0], LOCK_UN);
}

#endif
