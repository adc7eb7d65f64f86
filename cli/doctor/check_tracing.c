/* SPDX-License-Identifier: MIT */
/*
 * Tries to trace a child, and to stop its system calls, in each way that scprof can use.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/doctor/doctor.h"
#include "cli/doctor/subject.h"
#include "profile/util/proc_number.h"
#include "profile/util/xalloc.h"
#include "scprof/thread_area.h"

/* <linux/prctl.h> of Linux 5.11, <linux/ptrace.h> and <asm-generic/siginfo.h> of 6.4. */
#define SET_DISPATCH_BY_PTRACE 0x4210
#define SET_DISPATCH_BY_PRCTL  59
#define DISPATCH_ON	       1
#define CODE_OF_DISPATCH       2 /* SYS_USER_DISPATCH */

#define YAMA	     "/proc/sys/kernel/yama/ptrace_scope"
#define NEEDS_PTRACE "was not tried, because it needs ptrace"

static bool has_filter(void)
{
	return proc_number("/proc/self/status", "Seccomp:") > 0;
}

static int call_getppid(void)
{
	return syscall(SYS_getppid) < 0;
}

/* Explains why a child could not be traced. */
static void add_untraceable(struct checks *checks, pid_t pid, int error)
{
	int tracer = proc_status_number(pid, "TracerPid:");
	int yama = proc_number(YAMA, "");

	if (tracer > 0)
		checks_add(checks, "ptrace", false,
			   xasprintf("process %d (a debugger, strace or another profiler) traces "
				     "this shell and its children",
				     tracer),
			   xstrdup("start scprof where it is not traced"));
	else if (error == EPERM && yama >= 2)
		checks_add(checks, "ptrace", false,
			   xasprintf("kernel.yama.ptrace_scope is %d", yama),
			   xstrdup("as root: sysctl kernel.yama.ptrace_scope=1"));
	else if (has_filter())
		checks_add(
			checks, "ptrace", false,
			xasprintf("the seccomp filter of a container or sandbox denies ptrace: %s",
				  strerror(error)),
			xstrdup("use a seccomp profile that allows ptrace (docker run "
				"--cap-add SYS_PTRACE adds it)"));
	else
		checks_add(checks, "ptrace", false,
			   xasprintf("seizing a child failed: %s", strerror(error)),
			   xstrdup("ask the administrator which security module denies ptrace"));
}

static void check_ptrace(struct checks *checks)
{
	struct subject subject;
	int err = subject_start(&subject, call_getppid);

	if (!err)
		err = subject_seize(&subject);
	if (err)
		add_untraceable(checks, subject.pid, -err);
	else
		checks_add(checks, "ptrace", true, xstrdup("a child can be traced"), NULL);
	subject_end(&subject);
}

/* Returns true if the next stop of the child is a SIGSYS from Syscall User Dispatch. */
static bool is_dispatched(struct subject *subject)
{
	siginfo_t info;
	int status;

	ptrace(PTRACE_CONT, subject->pid, 0, 0);
	subject_go(subject);
	status = subject_wait(subject);
	return status >= 0 && WIFSTOPPED(status) && WSTOPSIG(status) == SIGSYS &&
	       ptrace(PTRACE_GETSIGINFO, subject->pid, 0, &info) == 0 &&
	       info.si_code == CODE_OF_DISPATCH;
}

static int dispatch_by_prctl(void)
{
	if (prctl(SET_DISPATCH_BY_PRCTL, DISPATCH_ON, GATE_ADDR, GATE_SIZE, 0) < 0)
		return errno;
	return call_getppid();
}

/* Returns 0, or the errno of the request. */
static int try_ptrace_dispatch(bool *works)
{
	struct {
		uint64_t mode, selector, offset, size;
	} config = { DISPATCH_ON, 0, GATE_ADDR, GATE_SIZE };
	struct subject subject;
	int error = -subject_start(&subject, call_getppid);

	if (!error)
		error = -subject_seize(&subject);
	if (!error &&
	    syscall(SYS_ptrace, SET_DISPATCH_BY_PTRACE, subject.pid, sizeof(config), &config) < 0)
		error = errno;
	*works = !error && is_dispatched(&subject);
	subject_end(&subject);
	return error;
}

static bool try_prctl_dispatch(void)
{
	struct subject subject;
	bool works = subject_start(&subject, dispatch_by_prctl) == 0 &&
		     subject_seize(&subject) == 0 && is_dispatched(&subject);

	subject_end(&subject);
	return works;
}

static void check_dispatch(struct checks *checks)
{
	bool works;
	int error = try_ptrace_dispatch(&works);

	if (works)
		checks_add(checks, "dispatch", true,
			   xstrdup("Syscall User Dispatch, set with ptrace, stops the calls of a "
				   "child"),
			   NULL);
	else if (try_prctl_dispatch())
		checks_add(checks, "dispatch", true,
			   xstrdup("Syscall User Dispatch, set with prctl, stops the calls of a "
				   "child"),
			   NULL);
	else
		checks_add(checks, "dispatch", false,
			   xasprintf("Syscall User Dispatch cannot be set, neither with ptrace "
				     "(%s) nor with prctl",
				     error ? strerror(error) : "it has no effect"),
			   xstrdup(has_filter() ? "the seccomp filter of a container or sandbox "
						  "may deny it; it needs Linux 5.11 or later"
						: "use Linux 5.11 or later"));
}

/* Lets getppid stop for the tracer. Returns the errno that seccomp(2) returned, or 0. */
static int install_filter(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0)
		return 0;
	if (errno != EACCES || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return errno;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0 ? errno : 0;
}

static int filter_and_call(void)
{
	int error = install_filter();

	return error ? error : call_getppid();
}

static void check_filter(struct checks *checks)
{
	struct subject subject;
	int status = -1;

	if (subject_start(&subject, filter_and_call) == 0 && subject_seize(&subject) == 0) {
		ptrace(PTRACE_CONT, subject.pid, 0, 0);
		subject_go(&subject);
		status = subject_wait(&subject);
	}
	if (status >= 0 && WIFEXITED(status) && WEXITSTATUS(status))
		checks_add(checks, "filter", false,
			   xasprintf("a seccomp filter cannot be installed: %s",
				     strerror(WEXITSTATUS(status))),
			   xstrdup("use a container profile that allows seccomp"));
	else if (status < 0 || status >> 8 != (SIGTRAP | PTRACE_EVENT_SECCOMP << 8))
		checks_add(checks, "filter", false,
			   xstrdup("a seccomp filter does not stop calls for the tracer"), NULL);
	else if (has_filter())
		checks_add(checks, "filter", false,
			   xstrdup("another seccomp filter is active (of a container or sandbox), "
				   "and scprof's would not see calls that it denies"),
			   xstrdup("scprof needs its own only if dispatch does not work; then run "
				   "without that filter (docker run --security-opt "
				   "seccomp=unconfined)"));
	else
		checks_add(checks, "filter", true,
			   xstrdup("a seccomp filter stops the calls of a child"), NULL);
	subject_end(&subject);
}

static void check_stops(struct checks *checks)
{
	struct subject subject;
	int status = -1;

	if (subject_start(&subject, call_getppid) == 0 && subject_seize(&subject) == 0 &&
	    ptrace(PTRACE_SYSCALL, subject.pid, 0, 0) == 0) {
		subject_go(&subject);
		status = subject_wait(&subject);
	}
	if (status >= 0 && WIFSTOPPED(status) && WSTOPSIG(status) == (SIGTRAP | 0x80))
		checks_add(checks, "stops", true, xstrdup("each call of a child can be stopped"),
			   NULL);
	else
		checks_add(checks, "stops", false, xstrdup("PTRACE_SYSCALL stops no call"),
			   xstrdup("use a container profile that allows all of ptrace"));
	subject_end(&subject);
}

void check_tracing(struct checks *checks)
{
	static const char *const needing[] = { "dispatch", "filter", "stops" };

	check_ptrace(checks);
	if (checks_is_ok(checks, "ptrace")) {
		check_dispatch(checks);
		check_filter(checks);
		check_stops(checks);
		return;
	}
	for (unsigned int i = 0; i < sizeof(needing) / sizeof(needing[0]); i++)
		checks_add(checks, needing[i], false, xstrdup(NEEDS_PTRACE), NULL);
}
