/* SPDX-License-Identifier: MIT */
/*
 * Handles x86-64 calls only, by number. Pipes, terminals, sockets and devices like /dev/zero can
 * end a transfer in the middle when a signal arrives. Regular files cannot. A read of a pipe
 * returns all the data in the pipe, so it has no rest.
 */
#include "helper/restart/transfer_part.h"

#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <linux/major.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <unistd.h>

#include <asm-generic/sockios.h>
#include <fcntl.h>

#include "helper/space/borrow.h"
#include "helper/trace/remote_memory.h"

#define MAX_TRANSFER 0x7ffff000u /* "at most" (write(2)) */
#define PAGE_BYTES   4096u
#define MAX_VECTOR   1024u /* UIO_MAXIOV */

/* The kinds of files for which a call can end in the middle of a transfer. */
enum file_use {
	USE_ANY,
	USE_WRITE,   /* a pipe, a terminal or a socket */
	USE_READ,    /* a device that returns as many bytes as requested */
	USE_SEND,    /* a socket */
	USE_RECEIVE, /* a stream socket */
};

enum shape {
	SHAPE_BUFFER,	/* (fd, address, size, …) */
	SHAPE_RANDOM,	/* (address, size, …) */
	SHAPE_VECTOR,	/* (fd, struct iovec *, count, …) */
	SHAPE_MESSAGE,	/* (fd, struct msghdr *, flags) */
	SHAPE_MESSAGES, /* (fd, struct mmsghdr *, count, flags, …) */
	SHAPE_SENDFILE, /* (out, in, offset, size): the kernel moves the offset */
	SHAPE_SPLICE,	/* (in, offset, out, offset, size, flags) */
	SHAPE_EVENTS,	/* (context, min, max, events, …) */
	SHAPE_RING,	/* (fd, number to submit, min, flags, …) */
};

struct traits {
	enum shape shape;
	enum file_use use;
};

static bool find_traits(const struct call *call, struct traits *traits)
{
	if (call->abi != SYSCALL_ABI_X86_64)
		return false;
	switch (call->nr) {
	case SYS_write:
		*traits = (struct traits){ SHAPE_BUFFER, USE_WRITE };
		return true;
	case SYS_read:
		*traits = (struct traits){ SHAPE_BUFFER, USE_READ };
		return true;
	case SYS_sendto:
		*traits = (struct traits){ SHAPE_BUFFER, USE_SEND };
		return true;
	case SYS_recvfrom:
		*traits = (struct traits){ SHAPE_BUFFER, USE_RECEIVE };
		return true;
	case SYS_writev:
		*traits = (struct traits){ SHAPE_VECTOR, USE_WRITE };
		return true;
	case SYS_sendmsg:
		*traits = (struct traits){ SHAPE_MESSAGE, USE_SEND };
		return true;
	case SYS_recvmsg:
		*traits = (struct traits){ SHAPE_MESSAGE, USE_RECEIVE };
		return true;
	case SYS_sendmmsg:
		*traits = (struct traits){ SHAPE_MESSAGES, USE_SEND };
		return true;
	case SYS_recvmmsg:
		*traits = (struct traits){ SHAPE_MESSAGES, USE_ANY };
		return true;
	case SYS_getrandom:
		*traits = (struct traits){ SHAPE_RANDOM, USE_ANY };
		return true;
	case SYS_sendfile:
		*traits = (struct traits){ SHAPE_SENDFILE, USE_WRITE };
		return true;
	case SYS_splice:
		*traits = (struct traits){ SHAPE_SPLICE, USE_SEND };
		return true;
	case SYS_io_getevents:
	case SYS_io_pgetevents:
		*traits = (struct traits){ SHAPE_EVENTS, USE_ANY };
		return true;
	case SYS_io_uring_enter:
		*traits = (struct traits){ SHAPE_RING, USE_ANY };
		return true;
	default:
		return false;
	}
}

/*
 * Returns true if a call for the rest with these flags transfers the same data as the whole call
 * would.
 */
static bool has_plain_flags(uint64_t flags, enum file_use use)
{
	const uint64_t sent = MSG_NOSIGNAL | MSG_DONTWAIT | MSG_MORE;
	const uint64_t received = MSG_WAITALL | MSG_CMSG_CLOEXEC | MSG_NOSIGNAL;

	if (use == USE_RECEIVE)
		return flags & MSG_WAITALL && !(flags & ~received);
	return !(flags & ~sent);
}

static bool read_vector(const struct tracee *tracee, uint64_t addr, uint64_t count,
			struct iovec *vector)
{
	const size_t size = count * sizeof(vector[0]);

	return count <= MAX_VECTOR && remote_memory_read(tracee->tid, addr, vector, size) == size;
}

/* Finds the first byte of a vector after @done bytes. Returns false if there is none. */
static bool find_in_vector(const struct iovec *vector, uint64_t count, uint64_t done,
			   struct transfer_part *part)
{
	uint64_t i = 0, total = 0;

	for (uint64_t k = 0; k < count; k++) {
		if (vector[k].iov_len > MAX_TRANSFER - total)
			return false; /* the kernel limits such a total; programs do not use it */
		total += vector[k].iov_len;
	}
	if (done >= total)
		return false;
	for (; done >= vector[i].iov_len; i++)
		done -= vector[i].iov_len;
	part->args[1] = (uintptr_t)vector[i].iov_base + done;
	part->args[2] = vector[i].iov_len - done;
	part->size = part->args[2];
	part->is_last = false; /* looked up when it is done */
	return true;
}

static bool find_in_memory(const struct tracee *tracee, uint64_t addr, uint64_t count,
			   uint64_t done, struct transfer_part *part)
{
	static struct iovec vector[MAX_VECTOR];

	return read_vector(tracee, addr, count, vector) &&
	       find_in_vector(vector, count, done, part);
}

/* Transfers the rest of one iovec at a time, with the call that takes a single buffer. */
static bool next_of_vector(const struct tracee *tracee, const struct call *call, uint64_t done,
			   struct transfer_part *part)
{
	part->nr = SYS_write;
	return find_in_memory(tracee, call->args[1], call->args[2], done, part);
}

static bool next_of_message(const struct tracee *tracee, const struct call *call, uint64_t done,
			    enum file_use use, struct transfer_part *part)
{
	struct msghdr message;

	if (!has_plain_flags(call->args[2], use) ||
	    remote_memory_read(tracee->tid, call->args[1], &message, sizeof(message)) !=
		    sizeof(message))
		return false;
	part->nr = use == USE_RECEIVE ? SYS_recvfrom : SYS_sendto;
	part->args[3] = call->args[2];
	part->args[4] = 0;
	part->args[5] = 0;
	return find_in_memory(tracee, (uintptr_t)message.msg_iov, message.msg_iovlen, done, part);
}

static bool next_of_buffer(const struct call *call, uint64_t done, enum file_use use,
			   struct transfer_part *part)
{
	const uint64_t size = call->args[2] < MAX_TRANSFER ? call->args[2] : MAX_TRANSFER;

	/* Devices look for signals after each page. */
	if (use == USE_READ && done % PAGE_BYTES != 0)
		return false;
	if (done >= size ||
	    ((use == USE_SEND || use == USE_RECEIVE) && !has_plain_flags(call->args[3], use)))
		return false;
	part->args[1] += done;
	part->args[2] = size - done;
	part->size = size - done;
	return true;
}

static bool next_of_messages(const struct call *call, uint64_t done, struct transfer_part *part)
{
	const uint64_t may_end_early = MSG_WAITFORONE | MSG_DONTWAIT | MSG_ERRQUEUE | MSG_PEEK;

	if (done >= (uint32_t)call->args[2] || call->args[3] & may_end_early)
		return false;
	part->args[1] += done * sizeof(struct mmsghdr);
	part->args[2] -= done;
	part->size = part->args[2];
	/* recvmmsg that ends early leaves the reason in the socket, even if it is this one. */
	part->may_find_an_error = call->nr == SYS_recvmmsg;
	return true;
}

static bool next_of_size(const struct call *call, uint64_t done, unsigned int arg,
			 struct transfer_part *part)
{
	const uint64_t size = call->args[arg] < MAX_TRANSFER ? call->args[arg] : MAX_TRANSFER;

	if (done >= size)
		return false;
	part->args[arg] = size - done;
	part->size = size - done;
	return true;
}

/*
 * The program's call returns the number of submitted entries, whatever the result of the wait is.
 */
static bool next_of_ring(const struct call *call, uint64_t done, struct transfer_part *part)
{
	if (done != (uint32_t)call->args[1] || !(uint32_t)call->args[2] ||
	    !(call->args[3] & IORING_ENTER_GETEVENTS))
		return false;
	part->args[1] = 0;
	part->keeps_result = true;
	return true;
}

static bool next_of_events(const struct call *call, uint64_t done, struct transfer_part *part)
{
	if ((int64_t)done >= (int64_t)call->args[1])
		return false;
	part->args[1] -= done;
	part->args[2] -= done;
	part->args[3] += done * sizeof(struct io_event);
	part->size = part->args[1];
	return true;
}

static bool next_part(const struct tracee *tracee, const struct call *call, uint64_t done,
		      const struct traits *traits, struct transfer_part *part)
{
	*part = (struct transfer_part){ .nr = call->nr, .is_last = true };
	memcpy(part->args, call->args, sizeof(part->args));
	switch (traits->shape) {
	case SHAPE_BUFFER:
		return next_of_buffer(call, done, traits->use, part);
	case SHAPE_RANDOM:
		part->args[0] += done;
		return next_of_size(call, done, 1, part);
	case SHAPE_VECTOR:
		return next_of_vector(tracee, call, done, part);
	case SHAPE_MESSAGE:
		return next_of_message(tracee, call, done, traits->use, part);
	case SHAPE_MESSAGES:
		return next_of_messages(call, done, part);
	case SHAPE_SENDFILE:
		return next_of_size(call, done, 3, part);
	case SHAPE_SPLICE:
		/*
		 * If the pipe is empty now, the program's call would have ended. A splice to a
		 * socket would still wait.
		 */
		part->args[5] |= SPLICE_F_NONBLOCK;
		return next_of_size(call, done, 4, part);
	case SHAPE_EVENTS:
		return next_of_events(call, done, part);
	case SHAPE_RING:
		return next_of_ring(call, done, part);
	}
	return false;
}

bool transfer_part_is_missing(const struct tracee *tracee, const struct call *call, int64_t result)
{
	struct transfer_part part;
	struct traits traits;

	return result > 0 && find_traits(call, &traits) &&
	       next_part(tracee, call, (uint64_t)result, &traits, &part);
}

static bool is_terminal(dev_t device)
{
	const unsigned int number = major(device);

	return number == TTY_MAJOR || number == TTYAUX_MAJOR ||
	       (number >= UNIX98_PTY_SLAVE_MAJOR &&
		number < UNIX98_PTY_SLAVE_MAJOR + UNIX98_PTY_MAJOR_COUNT) ||
	       (number >= UNIX98_PTY_MASTER_MAJOR &&
		number < UNIX98_PTY_MASTER_MAJOR + UNIX98_PTY_MAJOR_COUNT);
}

static int socket_option(const struct tracee *tracee, int fd, int option)
{
	int borrowed = borrow_fd(tracee, fd), value = -1;
	socklen_t size = sizeof(value);

	if (borrowed < 0)
		return -1;
	if (getsockopt(borrowed, SOL_SOCKET, option, &value, &size) < 0)
		value = -1;
	close(borrowed);
	return value;
}

/* A stream also ends a call where urgent data begins (tcp(7)). */
static bool is_at_urgent_data(const struct tracee *tracee, int fd)
{
	int borrowed = borrow_fd(tracee, fd), is_there = 0;

	if (borrowed < 0 || ioctl(borrowed, SIOCATMARK, &is_there) < 0)
		is_there = 0;
	if (borrowed >= 0)
		close(borrowed);
	return is_there;
}

/*
 * Control messages are between the bytes of a local socket. A call without room for them would drop
 * them.
 */
static bool may_receive(const struct tracee *tracee, const struct call *call)
{
	const int fd = (int)call->args[0];

	if (call->nr == SYS_recvmsg && socket_option(tracee, fd, SO_DOMAIN) == AF_UNIX)
		return false;
	return socket_option(tracee, fd, SO_TYPE) == SOCK_STREAM && !is_at_urgent_data(tracee, fd);
}

static int fd_of_use(const struct call *call)
{
	return (int)call->args[call->nr == SYS_splice ? 2 : 0];
}

static bool find_status(const struct tracee *tracee, const struct call *call, struct stat *status)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)tracee->tid, fd_of_use(call));
	return stat(path, status) == 0;
}

static bool file_waits(const struct tracee *tracee, const struct call *call, enum file_use use,
		       bool *is_socket)
{
	struct stat status;

	*is_socket = false;
	if (use == USE_ANY)
		return true;
	if (!find_status(tracee, call, &status))
		return false;
	*is_socket = S_ISSOCK(status.st_mode);
	switch (use) {
	case USE_WRITE:
		return *is_socket || S_ISFIFO(status.st_mode) ||
		       (S_ISCHR(status.st_mode) && is_terminal(status.st_rdev));
	case USE_READ:
		return S_ISCHR(status.st_mode) && major(status.st_rdev) == MEM_MAJOR;
	case USE_SEND:
		/* If a message is part of a stream, only a part of it may have been sent. */
		return *is_socket &&
		       (call->nr != SYS_sendmmsg ||
			socket_option(tracee, fd_of_use(call), SO_TYPE) != SOCK_STREAM);
	case USE_RECEIVE:
		return *is_socket && may_receive(tracee, call);
	case USE_ANY:
		break;
	}
	return true;
}

/*
 * After a partial send, the kernel sends no SIGPIPE for the rest. So a call for the rest must not
 * cause one.
 */
static void forbid_sigpipe(struct transfer_part *part)
{
	if (part->nr == SYS_write) {
		part->nr = SYS_sendto;
		part->args[3] = 0;
		part->args[4] = 0;
		part->args[5] = 0;
	}
	if (part->nr == SYS_sendto)
		part->args[3] |= MSG_NOSIGNAL;
}

bool transfer_part_next(const struct tracee *tracee, const struct call *call, uint64_t done,
			struct transfer_part *part)
{
	struct traits traits;
	bool is_socket;

	if (!find_traits(call, &traits) || !next_part(tracee, call, done, &traits, part) ||
	    !file_waits(tracee, call, traits.use, &is_socket))
		return false;
	if (is_socket)
		forbid_sigpipe(part);
	/* The program's own filter may deny a call with another number. */
	return part->nr == call->nr || (!tracee->has_own_filter && !tracee->filters);
}

/* The timeout of a local socket limits each wait for a buffer, not the whole call. */
bool transfer_part_has_timeout(const struct tracee *tracee, const struct call *call)
{
	struct traits traits;

	return find_traits(call, &traits) &&
	       ((traits.use != USE_WRITE && traits.use != USE_SEND) ||
		socket_option(tracee, (int)call->args[0], SO_DOMAIN) != AF_UNIX);
}
