/* SPDX-License-Identifier: MIT */
/*
 * Calls that block, for tracee_ignored. For each call, the table names the function that prepares
 * it, the call itself, the function that ends it (NULL if its timeout does), and the function that
 * removes what was prepared.
 */
#ifndef SCPROF_TESTS_LIVE_BLOCKING_CALLS_H
#define SCPROF_TESTS_LIVE_BLOCKING_CALLS_H

#include "tests/live/blocking_setup.h"
#include "tests/live/blocking_transfers.h"

static inline long call_epoll_wait(void)
{
	struct epoll_event event;

	return epoll_wait(fd, &event, 1, timeout_ms);
}

static inline long call_epoll_wait_forever(void)
{
	struct epoll_event event;

	return epoll_wait(fd, &event, 1, -1);
}

static inline long call_epoll_pwait(void)
{
	struct epoll_event event;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	return epoll_pwait(fd, &event, 1, timeout_ms, &set);
}

static inline long call_epoll_pwait2(void)
{
	struct epoll_event event;

	return syscall(SYS_epoll_pwait2, fd, &event, 1, timeout, NULL, 8);
}

static inline long call_sigtimedwait(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	return sigtimedwait(&set, NULL, timeout);
}

static inline long call_sigwaitinfo(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	return sigwaitinfo(&set, NULL);
}

/* Waits for signals that are ignored and not blocked. The kernel never queues such signals. */
static inline long call_sigtimedwait_ignored(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGURG);
	sigaddset(&set, SIGWINCH);
	sigaddset(&set, SIGCONT);
	return sigtimedwait(&set, NULL, timeout);
}

static inline long call_semtimedop(void)
{
	struct sembuf down = { 0, -1, 0 };

	return semtimedop(ipc, &down, 1, timeout);
}

static inline long call_semop(void)
{
	struct sembuf down = { 0, -1, 0 };

	return semop(ipc, &down, 1);
}

static inline long call_io_getevents(void)
{
	struct io_event event;

	return syscall(SYS_io_getevents, aio, 1, 1, &event, timeout);
}

static inline long call_io_pgetevents(void)
{
	struct io_event event;

	return syscall(SYS_io_pgetevents, aio, 1, 1, &event, timeout, NULL);
}

static inline long call_io_uring_enter(void)
{
	struct io_uring_getevents_arg arg = { .ts = (uintptr_t)timeout };

	return syscall(SYS_io_uring_enter, fd, 0, 1, IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG,
		       &arg, sizeof(arg));
}

static inline long call_recv(void)
{
	char byte;

	return recv(pair[0], &byte, 1, 0);
}

static inline long call_recvmsg(void)
{
	char byte;
	struct iovec part = { &byte, 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	return recvmsg(pair[0], &message, 0);
}

static inline long call_read_socket(void)
{
	char byte;

	return read(pair[0], &byte, 1);
}

static inline long call_send(void)
{
	char byte = 0;

	return send(pair[0], &byte, 1, 0);
}

static inline long call_write_socket(void)
{
	char byte = 0;

	return write(pair[0], &byte, 1);
}

static inline long call_accept(void)
{
	return accept(fd, NULL, NULL);
}

static inline long call_connect(void)
{
	return connect_to_it(0);
}

static inline void connect_now(void)
{
	connect_to_it(0);
}

static inline long call_accept_and_close(void)
{
	return accept(fd, NULL, NULL) >= 0 ? 0 : -1;
}

static inline long call_poll(void)
{
	struct pollfd one = { .fd = pipe_fds[0], .events = POLLIN };

	return poll(&one, 1, timeout_ms);
}

static inline long call_ppoll(void)
{
	struct pollfd one = { .fd = pipe_fds[0], .events = POLLIN };

	return ppoll(&one, 1, timeout, NULL);
}

/*
 * The kernel cannot write the remaining time into read-only memory, so it cannot restart the call.
 */
static inline long call_ppoll_const(void)
{
	struct pollfd one = { .fd = pipe_fds[0], .events = POLLIN };

	return syscall(SYS_ppoll, &one, 1, timeout, NULL, 0);
}

static inline long call_select(void)
{
	struct timeval time = timeout_us;
	fd_set set;

	FD_ZERO(&set);
	FD_SET(pipe_fds[0], &set);
	return select(pipe_fds[0] + 1, &set, NULL, NULL, &time);
}

static inline long call_pselect(void)
{
	fd_set set;

	FD_ZERO(&set);
	FD_SET(pipe_fds[0], &set);
	return pselect(pipe_fds[0] + 1, &set, NULL, NULL, timeout, NULL);
}

static inline long call_nanosleep(void)
{
	return nanosleep(timeout, NULL);
}

static inline long call_clock_nanosleep(void)
{
	return clock_nanosleep(CLOCK_MONOTONIC, 0, timeout, NULL);
}

static inline long call_usleep(void)
{
	return usleep(timeout_ms * 1000);
}

static inline long call_futex_timed(void)
{
	return syscall(SYS_futex, word, FUTEX_WAIT, 0, timeout, NULL, 0);
}

static inline long call_futex(void)
{
	/* The value may already have changed, or a wake-up may have ended the wait. */
	syscall(SYS_futex, word, FUTEX_WAIT, 0, NULL, NULL, 0);
	return *word;
}

static inline long call_pause(void)
{
	return pause();
}

static inline long call_sigsuspend(void)
{
	sigset_t set;

	sigemptyset(&set);
	return sigsuspend(&set);
}

static inline long call_msgrcv(void)
{
	struct {
		long type;
		char byte;
	} message;

	return msgrcv(ipc, &message, 1, 0, 0);
}

static inline long call_read_pipe(void)
{
	char byte;

	return read(pipe_fds[0], &byte, 1);
}

static inline long call_read_inotify(void)
{
	char events[4096] __attribute__((aligned(8)));

	return read(fd, events, sizeof(events)) > 0;
}

static inline long call_read_eventfd(void)
{
	uint64_t value;

	return read(fd, &value, sizeof(value));
}

static inline long call_read_timerfd(void)
{
	struct itimerspec at = { .it_value = *timeout };
	int timer = timerfd_create(CLOCK_MONOTONIC, 0);
	uint64_t value;

	CHECK(timerfd_settime(timer, 0, &at, NULL) == 0);
	return read(timer, &value, sizeof(value));
}

static inline long call_flock(void)
{
	return flock(fd, LOCK_EX);
}

static inline long call_wait(void)
{
	return waitpid(-1, NULL, 0) > 0;
}

static const struct blocking_call {
	const char *name;
	void (*prepare)(void);
	long (*call)(void);
	void (*event)(void);
	void (*clean)(void);
} blocking_calls[] = {
	{ "epoll_wait", make_epoll, call_epoll_wait, NULL, NULL },
	{ "epoll_wait for ever", make_epoll, call_epoll_wait_forever, write_byte, NULL },
	{ "epoll_wait and a handler", make_epoll_and_catch, call_epoll_wait_forever, raise_usr2,
	  NULL },
	{ "epoll_pwait", make_epoll, call_epoll_pwait, NULL, NULL },
	{ "epoll_pwait2", make_epoll, call_epoll_pwait2, NULL, NULL },
	{ "sigtimedwait", block_usr2, call_sigtimedwait, NULL, NULL },
	{ "sigwaitinfo", block_usr2, call_sigwaitinfo, raise_usr2, NULL },
	{ "sigtimedwait of ignored ones", no_event, call_sigtimedwait_ignored, NULL, NULL },
	{ "semtimedop", make_semaphore, call_semtimedop, NULL, remove_semaphore },
	{ "semop", make_semaphore, call_semop, give_semaphore, remove_semaphore },
	{ "io_getevents", make_aio, call_io_getevents, NULL, NULL },
	{ "io_pgetevents", make_aio, call_io_pgetevents, NULL, NULL },
	{ "io_uring_enter", make_ring, call_io_uring_enter, NULL, NULL },
	{ "recv", make_timed_pair, call_recv, NULL, NULL },
	{ "recv for ever", make_pair, call_recv, send_byte, NULL },
	{ "recvmsg", make_timed_pair, call_recvmsg, NULL, NULL },
	{ "read of a socket", make_timed_pair, call_read_socket, NULL, NULL },
	{ "send", fill_pair, call_send, NULL, NULL },
	{ "write to a socket", fill_pair, call_write_socket, NULL, NULL },
	{ "accept", make_listener, call_accept, NULL, NULL },
	{ "accept that ends", make_patient_listener, call_accept_and_close, connect_now, NULL },
	{ "connect", make_full_listener, call_connect, NULL, NULL },
	{ "poll", make_pipe, call_poll, NULL, NULL },
	{ "ppoll", make_pipe, call_ppoll, NULL, NULL },
	{ "ppoll, time in read-only memory", make_pipe, call_ppoll_const, NULL, NULL },
	{ "select", make_pipe, call_select, NULL, NULL },
	{ "pselect", make_pipe, call_pselect, NULL, NULL },
	{ "nanosleep", no_event, call_nanosleep, NULL, NULL },
	{ "clock_nanosleep", no_event, call_clock_nanosleep, NULL, NULL },
	{ "usleep", no_event, call_usleep, NULL, NULL },
	{ "futex with a timeout", no_event, call_futex_timed, NULL, NULL },
	{ "futex", no_event, call_futex, wake_word, NULL },
	{ "pause", catch_usr2, call_pause, raise_usr2, NULL },
	{ "sigsuspend", catch_usr2, call_sigsuspend, raise_usr2, NULL },
	{ "msgrcv", make_queue, call_msgrcv, send_message, remove_queue },
	{ "read of a pipe", make_pipe, call_read_pipe, write_byte, NULL },
	{ "read of inotify", make_inotify, call_read_inotify, make_file, NULL },
	{ "read of an eventfd", make_eventfd, call_read_eventfd, add_event, NULL },
	{ "read of a timerfd", no_event, call_read_timerfd, NULL, NULL },
	{ "flock", lock_file, call_flock, unlock_file, NULL },
	{ "waitpid", no_event, call_wait, no_event, NULL },
	{ "write of much to a pipe", make_stream_pipe, call_write_all, drain, NULL },
	{ "write of much to a socket", make_stream_pair, call_write_all, drain, NULL },
	{ "write of much to a terminal", make_terminal, call_write_terminal, drain, NULL },
	{ "write and a handler", make_stream_pipe_and_catch, call_write_all, drain_with_handler,
	  NULL },
	{ "write until the reader is gone", make_stream_pipe_and_catch, call_write_until_gone,
	  close_reader, NULL },
	{ "write until the peer is gone", make_stream_pair_and_catch, call_write_until_gone,
	  close_reader, NULL },
	{ "writev of much to a pipe", make_stream_pipe, call_writev_all, drain, NULL },
	{ "writev of much to a socket", make_stream_pair, call_writev_all, drain, NULL },
	{ "send of much", make_stream_pair, call_send_all, drain, NULL },
	{ "sendmsg of much", make_stream_pair, call_sendmsg_all, drain, NULL },
	{ "sendmmsg", make_datagram_pair, call_sendmmsg, drain_messages, NULL },
	{ "sendfile", make_tcp_pair_and_file, call_sendfile_all, drain, NULL },
	{ "splice", make_filled_pipe_and_pair, call_splice_all, drain, NULL },
	{ "recv of all", make_stream_pair_with_bytes, call_recv_all, send_rest, NULL },
	{ "recv of all by TCP", make_tcp_pair_with_bytes, call_recv_all, send_rest, NULL },
	{ "recv of all with a timeout", make_timed_tcp_pair, call_recv_all, NULL, NULL },
	{ "recvmsg of all by TCP", make_tcp_pair_with_bytes, call_recvmsg_all, send_rest, NULL },
	{ "recvmmsg", make_messages, call_recvmmsg, send_two, NULL },
	{ "getrandom", no_event, call_getrandom, NULL, NULL },
	{ "read of random bytes", no_event, call_read_random, NULL, NULL },
	{ "io_uring_enter that submits", make_ring_of_one, call_io_uring_submit, write_byte, NULL },
};

#define NR_CALLS (sizeof(blocking_calls) / sizeof(blocking_calls[0]))

#endif
