/* SPDX-License-Identifier: MIT */
/*
 * The handshake, on the side of the process that will be traced. Makes only raw system calls, like
 * helper_spawn.c, because it runs inside other people's programs.
 */
#include "scprof/helper_spawn.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "handshake/fail.h"
#include "handshake/raw_syscall.h"

/* An answer, followed by the longest filter. */
struct answer_packet {
	struct scprof_answer answer;
	struct sock_filter insns[SCPROF_MAX_INSNS];
};

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

/*
 * seccomp(2): without CAP_SYS_ADMIN and without no_new_privs, a filter is refused with EACCES. This
 * function sets no_new_privs only after such a refusal, because the program can see it.
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

/*
 * Asks the helper to seize this process and waits for its answer. Returns 0, or -errno and @text.
 */
static int seizure_request(int socket, struct answer_packet *packet,
			   char text[static SCPROF_TEXT_SIZE])
{
	struct scprof_hello hello;
	struct scprof_request request = { .version = SCPROF_HANDSHAKE_VERSION };
	long result = packet_send(-1, NULL, 0);

	/*
	 * If a container's filter denies sendto here, it does so in the helper too, which then
	 * could not answer.
	 */
	if (result != -EBADF)
		return fail(text, "sendto is denied here, and scprof-helper needs it", result);
	result = packet_receive(socket, &hello, sizeof(hello));
	if (result < 0)
		return fail(text, "recvfrom is denied here, and scprof-helper needs it", result);
	if (result != (long)sizeof(hello))
		return fail(text, "scprof-helper ended during its start", -EIO);
	if (hello.version == 0)
		return fail(text, "cannot start scprof-helper", hello.helper_pid);
	if (hello.version != SCPROF_HANDSHAKE_VERSION)
		return fail(text, "scprof-helper has another version", -EPROTO);
	/*
	 * With Yama's ptrace_scope 1, only ancestors may attach unless PR_SET_PTRACER permits
	 * another process. Without Yama this fails with EINVAL.
	 */
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

/* Lets the helper seize this process, and installs its filter. Returns 0, or -errno and @text. */
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
			/* This process must not continue before the helper has detached. */
			packet_receive(socket, &refused, sizeof(refused));
			return fail(text,
				    "seccomp filters are not permitted here (a container's "
				    "profile may forbid seccomp(2)); run 'scprof doctor' for the "
				    "reasons",
				    result);
		}
	}
	for (int i = 0; i < SCPROF_NR_NULL_CALLS; i++)
		raw_syscall3(SCPROF_CALL, SCPROF_MAGIC, SCPROF_CALL_NULL, 0);
	return 0;
}

int helper_join(int socket, int reports, bool executes, char text[static SCPROF_TEXT_SIZE])
{
	struct answer_packet *packet;
	long result = raw_syscall6(SYS_mmap, 0, sizeof(*packet), PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int error;

	if (result < 0 && result > -4096) {
		error = fail(text, "out of memory", result);
	} else {
		packet = (struct answer_packet *)result;
		error = join(socket, packet, text);
		if (error || !executes)
			raw_syscall3(SYS_munmap, (long)packet, sizeof(*packet), 0);
	}
	if (error || !executes)
		raw_syscall3(SYS_close, socket, 0, 0);
	if (!error && reports >= 0)
		raw_syscall3(SYS_close, reports, 0, 0);
	if (!error)
		raw_syscall3(SCPROF_CALL, SCPROF_MAGIC, SCPROF_CALL_START, 0);
	return error;
}
