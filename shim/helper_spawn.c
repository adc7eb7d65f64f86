/* SPDX-License-Identifier: MIT */
/*
 * Start-up, from the side that will be traced. Runs inside a stranger's process before its first
 * own instruction, hence raw system calls only: no libc, no allocation, no atfork handlers. The
 * helper is forked twice, so that it is no child of this process; the child in between has no exit
 * signal, so that no SIGCHLD is seen either.
 */
#include "scprof/helper_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/wait.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "shim/raw_syscall.h"

/* Fds are moved here, out of the way of 0 to 4, which the helper's own fds will take. */
#define FIRST_OWN_FD 16

/* An answer with the longest filter behind it. */
struct answer_packet {
	struct scprof_answer answer;
	struct sock_filter insns[SCPROF_MAX_INSNS];
};

static void text_set(char text[static SCPROF_TEXT_SIZE], const char *message)
{
	unsigned int i = 0;

	for (; message[i] && i < SCPROF_TEXT_SIZE - 1; i++)
		text[i] = message[i];
	text[i] = '\0';
}

static int fail(char text[static SCPROF_TEXT_SIZE], const char *message, long error)
{
	text_set(text, message);
	return (int)error;
}

static void fd_close(int fd)
{
	if (fd >= 0)
		raw_syscall3(SYS_close, fd, 0, 0);
}

/* Moves @fd to FIRST_OWN_FD or above, close-on-exec; returns the new fd, or @fd where that fails. */
static int fd_move_up(int fd)
{
	long moved = raw_syscall3(SYS_fcntl, fd, F_DUPFD_CLOEXEC, FIRST_OWN_FD);

	if (moved < 0)
		return fd;
	fd_close(fd);
	return (int)moved;
}

static long packet_send(int socket, const void *packet, unsigned long size)
{
	return raw_syscall6(SYS_sendto, socket, (long)packet, (long)size, MSG_NOSIGNAL, 0, 0);
}

static long packet_receive(int socket, void *packet, unsigned long size)
{
	long result;

	do {
		result = raw_syscall6(SYS_recvfrom, socket, (long)packet, (long)size, 0, 0, 0);
	} while (result == -EINTR);
	return result;
}

/* The grandchild: becomes scprof-helper. Does not return. */
static void helper_exec(const struct helper_spawn *spawn, int socket)
{
	struct scprof_hello failed = { .version = 0 };
	long result;

	raw_syscall3(SYS_dup2, socket, SCPROF_SOCKET_FD, 0);
	if (spawn->report_fd < 0)
		fd_close(SCPROF_REPORT_FD);
	else if (spawn->report_fd != SCPROF_REPORT_FD)
		raw_syscall3(SYS_dup2, spawn->report_fd, SCPROF_REPORT_FD, 0);
	else
		raw_syscall3(SYS_fcntl, SCPROF_REPORT_FD, F_SETFD, 0);
	result = raw_syscall3(SYS_execve, (long)spawn->path, (long)spawn->argv, (long)spawn->envp);
	failed.helper_pid = (int32_t)result;
	packet_send(SCPROF_SOCKET_FD, &failed, sizeof(failed));
	raw_syscall3(SYS_exit_group, 127, 0, 0);
	__builtin_unreachable();
}

/* fork(2) with an exit signal of none: the parent hears nothing of this child. */
static long fork_silently(void)
{
	return raw_syscall6(SYS_clone, 0, 0, 0, 0, 0, 0);
}

/* True when processes that lose their parent become this one's children. */
static bool is_reaper(void)
{
	int value = 0;

	if (raw_syscall3(SYS_getpid, 0, 0, 0) == 1)
		return true;
	return raw_syscall3(SYS_prctl, PR_GET_CHILD_SUBREAPER, (long)&value, 0) == 0 && value;
}

/*
 * Keeps the helper from becoming a child of the program after all: its parent stays, with nothing of
 * the program's open, until it has ended. wait(2) does not see a child without exit signal, as
 * long as that executes nothing.
 */
static void helper_keep(long helper)
{
	uint64_t all = ~0ull;

	raw_syscall6(SYS_rt_sigprocmask, SIG_BLOCK, (long)&all, 0, sizeof(all), 0, 0);
	raw_syscall3(SYS_close_range, 0, (long)~0u, 0);
	raw_syscall6(SYS_wait4, helper, 0, __WALL, 0, 0, 0);
}

/* Forks twice; returns 0 in the caller when the helper is on its way, or -errno. */
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

/*
 * seccomp(2): a filter needs CAP_SYS_ADMIN or no_new_privs (EACCES). The latter is only set when
 * it must be, because the program can see it.
 */
static long filter_install(struct answer_packet *packet)
{
	struct sock_fprog program = {
		.len = (unsigned short)packet->answer.nr_insns,
		.filter = packet->insns,
	};
	long result = raw_syscall3(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, (long)&program);

	if (result != -EACCES)
		return result;
	result = raw_syscall6(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0);
	if (result < 0)
		return result;
	return raw_syscall3(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, (long)&program);
}

/* Says whom to seize and waits for the answer. Returns 0 or -errno with @text. */
static int seizure_request(int socket, struct answer_packet *packet,
			   char text[static SCPROF_TEXT_SIZE])
{
	struct scprof_hello hello;
	struct scprof_request request = { .version = SCPROF_HANDSHAKE_VERSION };
	long result = packet_receive(socket, &hello, sizeof(hello));

	if (result != (long)sizeof(hello))
		return fail(text, "scprof-helper ended before it began", -EIO);
	if (hello.version == 0)
		return fail(text, "cannot execute scprof-helper", hello.helper_pid);
	if (hello.version != SCPROF_HANDSHAKE_VERSION)
		return fail(text, "scprof-helper is of another version", -EPROTO);
	/* Yama's ptrace_scope 1 lets only ancestors attach, unless told; EINVAL without Yama. */
	raw_syscall6(SYS_prctl, PR_SET_PTRACER, hello.helper_pid, 0, 0, 0, 0);
	request.pid = (int32_t)raw_syscall3(SYS_getpid, 0, 0, 0);
	packet_send(socket, &request, sizeof(request));
	result = packet_receive(socket, packet, sizeof(*packet));
	raw_syscall6(SYS_prctl, PR_SET_PTRACER, 0, 0, 0, 0, 0);
	if (result < (long)sizeof(packet->answer) || packet->answer.nr_insns > SCPROF_MAX_INSNS)
		return fail(text, "scprof-helper ended unexpectedly", -EIO);
	if (packet->answer.error)
		return fail(text, packet->answer.text, -packet->answer.error);
	return 0;
}

/* Lets itself be seized and filtered over @socket. Returns 0 or -errno with @text. */
static int join(int socket, struct answer_packet *packet, char text[static SCPROF_TEXT_SIZE])
{
	int error = seizure_request(socket, packet, text);
	long result;

	if (error)
		return error;
	if (packet->answer.nr_insns) {
		result = filter_install(packet);
		if (result < 0) {
			struct scprof_refused refused = { .error = (int32_t)-result };
			packet_send(socket, &refused, sizeof(refused));
			/* Until the helper has let go, this process must not go on. */
			packet_receive(socket, &refused, sizeof(refused));
			return fail(text,
				    "seccomp filters are not permitted here (a container's "
				    "profile may forbid seccomp(2))",
				    result);
		}
	}
	for (int i = 0; i < SCPROF_NR_NULL_CALLS; i++)
		raw_syscall3(SCPROF_CALL, SCPROF_MAGIC, SCPROF_CALL_NULL, 0);
	return 0;
}

int helper_spawn(const struct helper_spawn *spawn, char text[static SCPROF_TEXT_SIZE])
{
	struct answer_packet *packet;
	int sockets[2];
	long result;
	int error;

	result = raw_syscall6(SYS_socketpair, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
			      (long)sockets, 0, 0);
	if (result < 0)
		return fail(text, "cannot make a socket for scprof-helper", result);
	sockets[0] = fd_move_up(sockets[0]);
	sockets[1] = fd_move_up(sockets[1]);
	result = raw_syscall6(SYS_mmap, 0, sizeof(*packet), PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (result < 0 && result > -4096) {
		error = fail(text, "out of memory", result);
		goto out_sockets;
	}
	packet = (struct answer_packet *)result;
	result = helper_fork(spawn, sockets[1]);
	fd_close(sockets[1]);
	sockets[1] = -1;
	error = result < 0 ? fail(text, "cannot fork scprof-helper", result)
			   : join(sockets[0], packet, text);
	raw_syscall3(SYS_munmap, (long)packet, sizeof(*packet), 0);
out_sockets:
	fd_close(sockets[0]);
	fd_close(sockets[1]);
	if (!error)
		raw_syscall3(SCPROF_CALL, SCPROF_MAGIC, SCPROF_CALL_START, 0);
	return error;
}
