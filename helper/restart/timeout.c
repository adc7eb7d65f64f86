/* SPDX-License-Identifier: MIT */
/*
 * Timeouts of the calls that fail with EINTR when a signal wakes them. The table has their names,
 * because their numbers depend on the ABI. Other calls with timeouts are not in it, because the
 * kernel itself continues them with the rest of the time (restart_syscall(2), select(2)).
 */
#include "helper/restart/timeout.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "helper/space/borrow.h"
#include "helper/trace/remote_memory.h"

#define SECOND_NS	1000000000u
#define ENTER_EXT_ARG	(1u << 3) /* IORING_ENTER_* of <linux/io_uring.h> */
#define ENTER_ABS_TIMER (1u << 5)

enum timeout_kind {
	TIMEOUT_MS,	    /* an int; a negative number means no timeout */
	TIMEOUT_TIMESPEC,   /* address of a timespec of the call's ABI; 0 means no timeout */
	TIMEOUT_TIMESPEC64, /* address of a timespec with 64-bit members, in every ABI */
	TIMEOUT_TIMEVAL,
	TIMEOUT_URING,	 /* the address of a struct io_uring_getevents_arg */
	TIMEOUT_RECEIVE, /* a file descriptor: the timeout is that of the socket */
	TIMEOUT_SEND,
};

struct timed_call {
	const char *name;
	uint8_t arg;
	enum timeout_kind kind;
	int result;
};

static const struct timed_call timed_calls[] = {
	{ "epoll_wait", 3, TIMEOUT_MS, 0 },
	{ "epoll_pwait", 3, TIMEOUT_MS, 0 },
	{ "epoll_pwait2", 3, TIMEOUT_TIMESPEC64, 0 },
	{ "rt_sigtimedwait", 2, TIMEOUT_TIMESPEC, -EAGAIN },
	{ "rt_sigtimedwait_time64", 2, TIMEOUT_TIMESPEC64, -EAGAIN },
	{ "semtimedop", 3, TIMEOUT_TIMESPEC, -EAGAIN },
	{ "semtimedop_time64", 3, TIMEOUT_TIMESPEC64, -EAGAIN },
	{ "io_getevents", 4, TIMEOUT_TIMESPEC, 0 },
	{ "io_pgetevents", 4, TIMEOUT_TIMESPEC, 0 },
	{ "io_pgetevents_time64", 4, TIMEOUT_TIMESPEC64, 0 },
	{ "io_uring_enter", 4, TIMEOUT_URING, -ETIME },
	/* These write the remaining time into memory. They fail with EINTR if they cannot. */
	{ "ppoll", 2, TIMEOUT_TIMESPEC, 0 },
	{ "ppoll_time64", 2, TIMEOUT_TIMESPEC64, 0 },
	{ "pselect6", 4, TIMEOUT_TIMESPEC, 0 },
	{ "pselect6_time64", 4, TIMEOUT_TIMESPEC64, 0 },
	{ "select", 4, TIMEOUT_TIMEVAL, 0 },
	{ "_newselect", 4, TIMEOUT_TIMEVAL, 0 },
	/* "EINTR when a timeout has been set on the socket" (signal(7)) */
	{ "read", 0, TIMEOUT_RECEIVE, -EAGAIN },
	{ "readv", 0, TIMEOUT_RECEIVE, -EAGAIN },
	{ "recvfrom", 0, TIMEOUT_RECEIVE, -EAGAIN },
	{ "recvmsg", 0, TIMEOUT_RECEIVE, -EAGAIN },
	{ "recvmmsg", 0, TIMEOUT_RECEIVE, -EAGAIN },
	{ "recvmmsg_time64", 0, TIMEOUT_RECEIVE, -EAGAIN },
	{ "accept", 0, TIMEOUT_RECEIVE, -EAGAIN },
	{ "accept4", 0, TIMEOUT_RECEIVE, -EAGAIN },
	{ "write", 0, TIMEOUT_SEND, -EAGAIN },
	{ "writev", 0, TIMEOUT_SEND, -EAGAIN },
	{ "sendto", 0, TIMEOUT_SEND, -EAGAIN },
	{ "sendmsg", 0, TIMEOUT_SEND, -EAGAIN },
	{ "sendmmsg", 0, TIMEOUT_SEND, -EAGAIN },
	{ "connect", 0, TIMEOUT_SEND, -EINPROGRESS },
};

static const struct timed_call *find(const struct call *call)
{
	const char *name = syscall_name(call->abi, call->nr);

	for (size_t i = 0; i < sizeof(timed_calls) / sizeof(timed_calls[0]); i++)
		if (strcmp(timed_calls[i].name, name) == 0)
			return &timed_calls[i];
	return NULL;
}

bool timeout_begins_again(const struct call *call)
{
	return strncmp(syscall_name(call->abi, call->nr), "io_pgetevents", 13) == 0;
}

/* Reads a time at @addr: seconds, and a fraction in units of which @per_second make a second. */
static bool read_time(const struct tracee *tracee, uint64_t addr, bool is_32, uint32_t per_second,
		      uint64_t *ns)
{
	int64_t wide[2];
	int32_t narrow[2];

	if (is_32) {
		if (!addr ||
		    remote_memory_read(tracee->tid, addr, narrow, sizeof(narrow)) != sizeof(narrow))
			return false;
		wide[0] = narrow[0];
		wide[1] = narrow[1];
	} else if (!addr ||
		   remote_memory_read(tracee->tid, addr, wide, sizeof(wide)) != sizeof(wide)) {
		return false;
	}
	if (wide[0] < 0 || wide[0] > INT32_MAX || wide[1] < 0 || wide[1] >= per_second)
		return false;
	*ns = (uint64_t)wide[0] * SECOND_NS + (uint64_t)wide[1] * (SECOND_NS / per_second);
	return true;
}

static bool read_uring(const struct tracee *tracee, const struct call *call, uint64_t *ns)
{
	const uint64_t offset_of_ts = 16; /* sigmask, sigmask_sz and min_wait_usec come before it */
	uint64_t ts;

	return call->args[3] & ENTER_EXT_ARG && !(call->args[3] & ENTER_ABS_TIMER) &&
	       remote_memory_word(tracee->tid, call->args[4] + offset_of_ts, &ts) &&
	       read_time(tracee, ts, false, SECOND_NS, ns);
}

static bool read_socket(const struct tracee *tracee, const struct call *call, int option,
			uint64_t *ns, int64_t *result)
{
	int fd = borrow_fd(tracee, (int)call->args[0]);
	struct timeval time = { 0 };
	socklen_t size = sizeof(time), domain_size = sizeof(int);
	int domain = AF_UNSPEC;

	if (fd < 0)
		return false;
	if (getsockopt(fd, SOL_SOCKET, option, &time, &size) < 0)
		memset(&time, 0, sizeof(time));
	getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &domain_size);
	close(fd);
	if (domain == AF_UNIX)
		*result = -EAGAIN;
	*ns = (uint64_t)time.tv_sec * SECOND_NS + (uint64_t)time.tv_usec * 1000;
	return *ns > 0 && time.tv_sec < INT32_MAX;
}

bool timeout_of_call(const struct tracee *tracee, const struct call *call, uint64_t *ns,
		     int64_t *result)
{
	const struct timed_call *timed = find(call);
	bool is_32 = call->abi == SYSCALL_ABI_I386;

	if (!timed)
		return false;
	*result = timed->result;
	switch (timed->kind) {
	case TIMEOUT_MS:
		*ns = (uint64_t)(uint32_t)call->args[timed->arg] * 1000000;
		return (int32_t)call->args[timed->arg] > 0;
	case TIMEOUT_TIMESPEC:
		return read_time(tracee, call->args[timed->arg], is_32, SECOND_NS, ns);
	case TIMEOUT_TIMESPEC64:
		return read_time(tracee, call->args[timed->arg], false, SECOND_NS, ns);
	case TIMEOUT_TIMEVAL:
		return read_time(tracee, call->args[timed->arg], is_32, 1000000, ns);
	case TIMEOUT_URING:
		return read_uring(tracee, call, ns);
	case TIMEOUT_RECEIVE:
		return read_socket(tracee, call, SO_RCVTIMEO, ns, result);
	case TIMEOUT_SEND:
		return read_socket(tracee, call, SO_SNDTIMEO, ns, result);
	}
	return false;
}
