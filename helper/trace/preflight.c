/* SPDX-License-Identifier: MIT */
/*
 * The helper makes each call with arguments that the kernel rejects, or that need no work. A filter
 * decides before the kernel checks the arguments. Filters deny with errors that these calls do not
 * return by themselves. The launcher is under the same filter as the helper, so the table has its
 * calls too. It does not have calls that every program start needs, or that have a fallback.
 */
#include "helper/trace/preflight.h"

#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "profile/util/xalloc.h"

#define NOBODY	    0x7fffffff /* more than any process id (proc_sys_kernel(5), pid_max) */
#define BAD	    0x7fffffff /* flags or number */
#define SIGSET_SIZE 8	       /* the kernel's */

static const struct probe {
	const char *name;
	long nr;
	long args[4];
} probes[] = {
	{ "wait4", SYS_wait4, { -1, 0, BAD, 0 } },
	{ "waitid", SYS_waitid, { P_ALL, 0, 0, BAD } },
	{ "poll", SYS_poll, { 0, 0, 0 } },
	{ "rt_sigprocmask", SYS_rt_sigprocmask, { SIG_BLOCK, 0, 0, SIGSET_SIZE } },
	{ "signalfd4", SYS_signalfd4, { -1, 0, 0, 0 } },
	{ "futex", SYS_futex, { 0, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 0, 0 } },
	{ "sendmsg", SYS_sendmsg, { -1, 0, 0 } },
	{ "getpid", SYS_getpid, { 0 } },
	{ "write", SYS_write, { -1, 0, 0 } },
};

/*
 * All requests that the helper makes, with both engines. tests/layout.test compares the table with
 * the code.
 */
static const struct request {
	const char *name;
	int number;
} requests[] = {
	{ "PTRACE_CONT", PTRACE_CONT },
	{ "PTRACE_DETACH", PTRACE_DETACH },
	{ "PTRACE_GETEVENTMSG", PTRACE_GETEVENTMSG },
	{ "PTRACE_GETREGS", PTRACE_GETREGS },
	{ "PTRACE_GETSIGINFO", PTRACE_GETSIGINFO },
	{ "PTRACE_GETSIGMASK", PTRACE_GETSIGMASK },
	{ "PTRACE_GET_SYSCALL_INFO", PTRACE_GET_SYSCALL_INFO },
	{ "PTRACE_INTERRUPT", PTRACE_INTERRUPT },
	{ "PTRACE_LISTEN", PTRACE_LISTEN },
	{ "PTRACE_PEEKDATA", PTRACE_PEEKDATA },
	{ "PTRACE_POKEDATA", PTRACE_POKEDATA },
	{ "PTRACE_SETREGS", PTRACE_SETREGS },
	{ "PTRACE_SETSIGINFO", PTRACE_SETSIGINFO },
	{ "PTRACE_SETSIGMASK", PTRACE_SETSIGMASK },
	{ "PTRACE_SINGLESTEP", PTRACE_SINGLESTEP },
	{ "PTRACE_SYSCALL", PTRACE_SYSCALL },
};

static bool is_denied(long result)
{
	return result < 0 && (errno == EPERM || errno == EACCES || errno == ENOSYS);
}

/* @request is the name of the ptrace request, or NULL. */
static int deny(char **text, const char *call, const char *request)
{
	int error = errno;

	*text = xasprintf("%s%s%s%s is denied here: %s (the seccomp filter of the container or "
			  "sandbox must allow it); run 'scprof doctor' for the reasons",
			  call, request ? "(" : "", request ? request : "", request ? ")" : "",
			  strerror(error));
	return -error;
}

int preflight_check(char **text)
{
	for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {
		const struct probe *probe = &probes[i];
		const long *args = probe->args;

		if (is_denied(syscall(probe->nr, args[0], args[1], args[2], args[3])))
			return deny(text, probe->name, NULL);
	}
	/* If seizing fails later, another message says why, because there are other reasons. */
	if (is_denied(syscall(SYS_ptrace, PTRACE_SEIZE, NOBODY, 0, 0)))
		return 0;
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		if (is_denied(syscall(SYS_ptrace, requests[i].number, NOBODY, 0, 0)))
			return deny(text, "ptrace", requests[i].name);
	return 0;
}
