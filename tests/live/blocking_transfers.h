/* SPDX-License-Identifier: MIT */
/*
 * Calls that transfer more data than a buffer holds, for tracee_ignored. For some, the reader takes
 * the first data only after signals have been sent. For others, the writer sends the last data only
 * then. blocking_calls.h has the table.
 */
#ifndef SCPROF_TESTS_LIVE_BLOCKING_TRANSFERS_H
#define SCPROF_TESTS_LIVE_BLOCKING_TRANSFERS_H

#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <termios.h>

#include "tests/live/blocking_setup.h"

#define STREAM_SIZE  600000
#define PIPE_SIZE    65536
#define RANDOM_SIZE  (32 << 20)
#define NR_MESSAGES  30
#define MESSAGE_SIZE 1000
enum { NR_READ = 3, IS_DRAINED = 4, IS_WRONG = 5, IS_HANDLED = 6 };

static int ends[2]; /* the first is the reading end, the second the writing end */
static char bytes[STREAM_SIZE];
static volatile int nr_sigpipe;

static inline char byte_at(size_t offset)
{
	return (char)(offset % 251);
}

static inline void fill_bytes(void)
{
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = byte_at(i);
}

static inline void count_sigpipe(int signal)
{
	(void)signal;
	nr_sigpipe++;
}

static inline void note_handled(int signal)
{
	(void)signal;
	word[IS_HANDLED] = 1;
}

static inline void make_stream_pipe(void)
{
	fill_bytes();
	CHECK(pipe(ends) == 0);
}

static inline void make_stream_pair(void)
{
	fill_bytes();
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
}

static inline void make_datagram_pair(void)
{
	const int size = 4096;

	fill_bytes();
	CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) == 0);
	CHECK(setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)) == 0);
}

static inline void make_tcp_pair(void)
{
	struct sockaddr_in addr = { .sin_family = AF_INET };
	socklen_t size = sizeof(addr);
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	fill_bytes();
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK(bind(listener, (struct sockaddr *)&addr, size) == 0);
	CHECK(listen(listener, 1) == 0);
	CHECK(getsockname(listener, (struct sockaddr *)&addr, &size) == 0);
	ends[1] = socket(AF_INET, SOCK_STREAM, 0);
	CHECK(connect(ends[1], (struct sockaddr *)&addr, size) == 0);
	ends[0] = accept(listener, NULL, NULL);
	close(listener);
}

static inline void make_timed_tcp_pair(void)
{
	make_tcp_pair();
	CHECK(setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &timeout_us, sizeof(timeout_us)) == 0);
	CHECK(write(ends[1], bytes, 3) == 3);
}

static inline void make_tcp_pair_with_bytes(void)
{
	make_tcp_pair();
	CHECK(write(ends[1], bytes, 1003) == 1003);
}

static inline void make_stream_pair_with_bytes(void)
{
	make_stream_pair();
	CHECK(write(ends[1], bytes, 1003) == 1003);
}

static inline void make_terminal(void)
{
	struct termios raw;

	fill_bytes();
	ends[0] = posix_openpt(O_RDWR | O_NOCTTY);
	CHECK(grantpt(ends[0]) == 0 && unlockpt(ends[0]) == 0);
	ends[1] = open(ptsname(ends[0]), O_RDWR | O_NOCTTY);
	CHECK(tcgetattr(ends[1], &raw) == 0);
	cfmakeraw(&raw);
	CHECK(tcsetattr(ends[1], TCSANOW, &raw) == 0);
}

static inline void make_stream_pipe_and_catch(void)
{
	const struct sigaction pipe_action = { .sa_handler = count_sigpipe };
	const struct sigaction action = { .sa_handler = note_handled, .sa_flags = SA_RESTART };

	make_stream_pipe();
	CHECK(sigaction(SIGPIPE, &pipe_action, NULL) == 0);
	CHECK(sigaction(SIGUSR2, &action, NULL) == 0);
}

static inline void make_stream_pair_and_catch(void)
{
	const struct sigaction action = { .sa_handler = count_sigpipe };

	make_stream_pair();
	CHECK(sigaction(SIGPIPE, &action, NULL) == 0);
}

static inline void make_tcp_pair_and_file(void)
{
	char name[64];

	make_tcp_pair();
	snprintf(name, sizeof(name), "file-%d", subject);
	fd = open(name, O_CREAT | O_EXCL | O_RDWR, 0600);
	CHECK(unlink(name) == 0);
	CHECK(write(fd, bytes, sizeof(bytes)) == sizeof(bytes));
}

static inline void make_filled_pipe_and_pair(void)
{
	const int size = 4096;

	make_tcp_pair();
	make_pipe();
	CHECK(setsockopt(ends[0], SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) == 0);
	CHECK(setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)) == 0);
	CHECK(write(pipe_fds[1], bytes, PIPE_SIZE) == PIPE_SIZE);
}

static inline void make_messages(void)
{
	make_datagram_pair();
	CHECK(send(ends[1], bytes, 1, 0) == 1);
}

/* The reader reads to the end, which it reaches only after the writer has closed its side. */
static inline void drain(void)
{
	char part[20000];
	ssize_t size;

	close(ends[1]);
	while ((size = read(ends[0], part, sizeof(part))) > 0) {
		for (ssize_t i = 0; i < size; i++)
			if (part[i] != byte_at((size_t)(word[NR_READ] + i)))
				word[IS_WRONG] = 1;
		word[NR_READ] += (int)size;
		if (sent_signal != SIGSTOP)
			send_signal(sent_signal);
	}
	word[IS_DRAINED] = 1;
}

static inline void drain_messages(void)
{
	char message[MESSAGE_SIZE];

	/* If a stop has ended the call, the remaining messages never arrive. */
	while (sent_signal != SIGSTOP && word[NR_READ] < NR_MESSAGES) {
		CHECK(read(ends[0], message, sizeof(message)) == sizeof(message));
		word[NR_READ]++;
		send_signal(sent_signal);
	}
}

/* A signal handler runs when the pipe is full for the second time. */
static inline void drain_with_handler(void)
{
	static char part[PIPE_SIZE];
	int size = 0;

	CHECK(read(ends[0], part, sizeof(part)) == sizeof(part));
	word[NR_READ] = sizeof(part);
	if (sent_signal != SIGSTOP) {
		while (size != PIPE_SIZE)
			CHECK(ioctl(ends[0], FIONREAD, &size) == 0);
		send_signal(sent_signal);
		raise_usr2();
		while (!word[IS_HANDLED])
			usleep(1000);
	}
	drain();
}

static inline void close_reader(void)
{
	close(ends[0]);
	word[IS_DRAINED] = 1;
}

static inline void send_rest(void)
{
	for (int i = 0; i < 4; i++) {
		/* The subject may have received all it asked for. */
		if (send(ends[1], bytes + 1003 + (size_t)i * 1000, 1000, MSG_NOSIGNAL) < 0)
			break;
		if (sent_signal != SIGSTOP)
			send_signal(sent_signal);
	}
}

static inline void send_two(void)
{
	for (int i = 0; i < 2; i++) {
		if (sent_signal != SIGSTOP)
			send_signal(sent_signal);
		send(ends[1], bytes, 1, 0);
	}
}

/* Checks that the reader has read everything the writer has written. */
static inline long end_stream(long result)
{
	int error = errno;

	close(ends[1]);
	while (!word[IS_DRAINED])
		usleep(1000);
	errno = error;
	return word[IS_WRONG] || (result > 0 && word[NR_READ] != result) ? -word[NR_READ] : result;
}

/*
 * For calls that may transfer less when they are stopped: how much depends on timing or on buffers.
 */
static inline long all_or_stopped(long result)
{
	return sent_signal == SIGSTOP && result > 0 ? 1 : result;
}

static inline long call_write_all(void)
{
	close(ends[0]);
	return end_stream(write(ends[1], bytes, sizeof(bytes)));
}

static inline long call_write_terminal(void)
{
	return all_or_stopped(call_write_all());
}

static inline long call_write_until_gone(void)
{
	long result;

	close(ends[0]);
	result = write(ends[1], bytes, sizeof(bytes));
	return result > 0 ? result + 1000000L * nr_sigpipe : result;
}

static inline long call_send_all(void)
{
	close(ends[0]);
	return end_stream(send(ends[1], bytes, sizeof(bytes), 0));
}

static struct iovec parts[] = {
	{ bytes, 100 },	       { bytes + 100, 0 },	   { bytes + 100, 299900 },
	{ bytes + 300000, 1 }, { bytes + 300001, 299999 },
};

#define NR_PARTS 5

static inline long call_writev_all(void)
{
	close(ends[0]);
	return end_stream(writev(ends[1], parts, NR_PARTS));
}

static inline long call_sendmsg_all(void)
{
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = NR_PARTS };

	close(ends[0]);
	return end_stream(sendmsg(ends[1], &message, 0));
}

static inline long call_sendfile_all(void)
{
	off_t offset = 0;
	long result;

	close(ends[0]);
	result = sendfile(ends[1], fd, &offset, sizeof(bytes));
	return all_or_stopped(end_stream(offset == result ? result : -1));
}

static inline long call_splice_all(void)
{
	close(ends[0]);
	return all_or_stopped(end_stream(splice(pipe_fds[0], NULL, ends[1], NULL, PIPE_SIZE, 0)));
}

static inline long check_received(const char *received, long result)
{
	return result > 0 && memcmp(received, bytes, (size_t)result) != 0 ? -result : result;
}

static inline long call_recv_all(void)
{
	char received[4000];

	return check_received(received, recv(ends[0], received, sizeof(received), MSG_WAITALL));
}

static inline long call_recvmsg_all(void)
{
	char received[4000];
	struct iovec two[] = { { received, 1500 }, { received + 1500, 2500 } };
	struct msghdr message = { .msg_iov = two, .msg_iovlen = 2 };

	return check_received(received, recvmsg(ends[0], &message, MSG_WAITALL));
}

static inline long call_recvmmsg(void)
{
	char received[3];
	struct iovec each[3];
	struct mmsghdr messages[3];

	memset(messages, 0, sizeof(messages));
	for (int i = 0; i < 3; i++) {
		each[i] = (struct iovec){ received + i, 1 };
		messages[i].msg_hdr.msg_iov = &each[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	return recvmmsg(ends[0], messages, 3, 0, NULL);
}

static inline long call_sendmmsg(void)
{
	static struct mmsghdr messages[NR_MESSAGES];
	struct iovec one = { bytes, MESSAGE_SIZE };
	long result;

	for (int i = 0; i < NR_MESSAGES; i++) {
		messages[i].msg_hdr.msg_iov = &one;
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	result = sendmmsg(ends[1], messages, NR_MESSAGES, 0);
	while (sent_signal != SIGSTOP && result > word[NR_READ])
		usleep(1000);
	return result;
}

static inline long call_getrandom(void)
{
	return all_or_stopped(getrandom(malloc(RANDOM_SIZE), RANDOM_SIZE, 0));
}

static inline long call_read_random(void)
{
	return all_or_stopped(
		read(open("/dev/urandom", O_RDONLY), malloc(RANDOM_SIZE), RANDOM_SIZE));
}

/* Submits one request, which completes with the event, and waits for it. */
static inline void make_ring_of_one(void)
{
	make_pipe();
	fd = -1;
}

static inline long call_io_uring_submit(void)
{
	struct io_uring_params params = { 0 };
	int ring = (int)syscall(SYS_io_uring_setup, 1, &params);
	char *memory, *entry;
	volatile unsigned int *head, *tail;
	long result;

	if (ring < 0)
		return -1;
	memory = mmap(NULL, 16384, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
	entry = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
	CHECK(memory != MAP_FAILED && entry != MAP_FAILED &&
	      params.features & IORING_FEAT_SINGLE_MMAP);
	*(struct io_uring_sqe *)entry = (struct io_uring_sqe){
		.opcode = IORING_OP_POLL_ADD,
		.fd = pipe_fds[0],
		.poll32_events = POLLIN,
	};
	*(volatile unsigned int *)(memory + params.sq_off.array) = 0;
	*(volatile unsigned int *)(memory + params.sq_off.tail) += 1;
	head = (volatile unsigned int *)(memory + params.cq_off.head);
	tail = (volatile unsigned int *)(memory + params.cq_off.tail);
	result = syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0);
	return result * 10 + (*tail - *head);
}

/*
 * Makes the same calls many times first, so that the fast engine makes the later ones in its gate.
 */
static inline void repeat_transfers(void)
{
	struct msghdr message = { 0 };

	for (int i = 0; i < 500; i++) {
		write(-1, NULL, 0);
		read(-1, NULL, 0);
		send(-1, NULL, 0, 0);
		recv(-1, NULL, 0, 0);
		writev(-1, NULL, 0);
		sendmsg(-1, &message, 0);
		recvmsg(-1, &message, 0);
		sendmmsg(-1, NULL, 0, 0);
		recvmmsg(-1, NULL, 0, 0, NULL);
		sendfile(-1, -1, NULL, 0);
		splice(-1, NULL, -1, NULL, 0, 0);
		syscall(SYS_io_uring_enter, -1, 0, 0, 0, NULL, 0);
	}
}

#endif
