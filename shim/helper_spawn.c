/* SPDX-License-Identifier: MIT */
/*
 * Starts the helper for a preloaded program. Runs in the program's process before the program's
 * first instruction, so it makes only raw system calls: no libc, no allocation, no atfork handlers.
 * It forks twice, so that the helper is not a child of this process. The child in between has no
 * exit signal, so that the program gets no SIGCHLD.
 */
#include "scprof/helper_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/wait.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "handshake/fail.h"
#include "handshake/raw_syscall.h"

/* Descriptors are moved to this number or higher, because the helper uses the numbers 0 to 4. */
#define FIRST_OWN_FD 16

static void fd_close(int fd)
{
	if (fd >= 0)
		raw_syscall3(SYS_close, fd, 0, 0);
}

/*
 * Moves @fd to FIRST_OWN_FD or higher, close-on-exec. Returns the new number, or @fd if that
 * failed.
 */
static int fd_move_up(int fd)
{
	long moved = raw_syscall3(SYS_fcntl, fd, F_DUPFD_CLOEXEC, FIRST_OWN_FD);

	if (moved < 0)
		return fd;
	fd_close(fd);
	return (int)moved;
}

/* A seccomp filter may deny the older call. */
static long fd_copy(int from, int to)
{
	long result = raw_syscall3(SYS_dup2, from, to, 0);

	return result < 0 ? raw_syscall3(SYS_dup3, from, to, 0) : result;
}

/* Returns a copy of @fd that has none of the two numbers of the helper. */
static int fd_set_aside(int fd)
{
	if (fd != SCPROF_SOCKET_FD && fd != SCPROF_REPORT_FD)
		return fd;
	return (int)raw_syscall3(SYS_fcntl, fd, F_DUPFD_CLOEXEC, SCPROF_REPORT_FD + 1);
}

/* The grandchild runs this and becomes scprof-helper. Does not return. */
static void helper_exec(const struct helper_spawn *spawn, int socket)
{
	struct scprof_hello failed = { .version = 0 };
	int reports = spawn->reports < 0 ? -1 : fd_set_aside(spawn->reports);
	long result;

	socket = fd_set_aside(socket);
	result = fd_copy(socket, SCPROF_SOCKET_FD);
	if (result >= 0)
		socket = SCPROF_SOCKET_FD;
	fd_close(SCPROF_REPORT_FD);
	if (result >= 0 && spawn->reports >= 0)
		result = fd_copy(reports, SCPROF_REPORT_FD);
	if (result >= 0)
		result = raw_syscall3(SYS_execve, (long)spawn->path, (long)spawn->argv,
				      (long)spawn->envp);
	failed.helper_pid = (int32_t)result;
	raw_syscall6(SYS_sendto, socket, (long)&failed, sizeof(failed), MSG_NOSIGNAL, 0, 0);
	raw_syscall3(SYS_exit_group, 127, 0, 0);
	__builtin_unreachable();
}

/* Like fork(2), but without an exit signal: the parent is not notified when the child ends. */
static long fork_silently(void)
{
	return raw_syscall6(SYS_clone, 0, 0, 0, 0, 0, 0);
}

/* Returns true if processes that lose their parent become children of this process. */
static bool is_reaper(void)
{
	int value = 0;

	if (raw_syscall3(SYS_getpid, 0, 0, 0) == 1)
		return true;
	return raw_syscall3(SYS_prctl, PR_GET_CHILD_SUBREAPER, (long)&value, 0) == 0 && value;
}

/*
 * Prevents the helper from becoming a child of the program: the helper's parent closes all
 * descriptors and stays until the helper has ended. wait(2) does not report a child without an exit
 * signal, as long as this child does not execute a program.
 */
static void helper_keep(long helper)
{
	uint64_t all = ~0ull;

	raw_syscall6(SYS_rt_sigprocmask, SIG_BLOCK, (long)&all, 0, sizeof(all), 0, 0);
	raw_syscall3(SYS_close_range, 0, (long)~0u, 0);
	raw_syscall6(SYS_wait4, helper, 0, __WALL, 0, 0, 0);
}

/* Forks twice. In the caller, returns 0 if the helper is starting, or -errno. */
static long helper_fork(const struct helper_spawn *spawn, int socket)
{
	bool keeps_helper = is_reaper();
	long result;
	long child = fork_silently();

	if (child < 0)
		return child;
	if (child == 0) {
		raw_syscall3(SYS_setsid, 0, 0, 0);
		long grandchild = fork_silently();
		if (grandchild == 0)
			helper_exec(spawn, socket);
		if (keeps_helper && grandchild > 0)
			helper_keep(grandchild);
		raw_syscall3(SYS_exit_group, grandchild < 0, 0, 0);
		__builtin_unreachable();
	}
	if (keeps_helper)
		return 0;
	int status = 0;
	do {
		result = raw_syscall6(SYS_wait4, child, (long)&status, __WALL, 0, 0, 0);
	} while (result == -EINTR);
	return result >= 0 && status != 0 ? -EAGAIN : 0;
}

int helper_spawn(const struct helper_spawn *spawn, char text[static SCPROF_TEXT_SIZE])
{
	int sockets[2];
	long result;

	result = raw_syscall6(SYS_socketpair, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
			      (long)sockets, 0, 0);
	if (result < 0)
		return fail(text, "cannot make a socket for scprof-helper", result);
	sockets[0] = fd_move_up(sockets[0]);
	sockets[1] = fd_move_up(sockets[1]);
	result = helper_fork(spawn, sockets[1]);
	fd_close(sockets[1]);
	if (result < 0) {
		fd_close(sockets[0]);
		return fail(text, "cannot fork scprof-helper", result);
	}
	return helper_join(sockets[0], spawn->reports, false, text);
}
