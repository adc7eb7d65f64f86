/* SPDX-License-Identifier: MIT */
/*
 * A seccomp filter denies one of the system calls that scprof makes. Then either the program is
 * profiled, or a line says why not before the program starts. It never hangs, dies or runs with an
 * incomplete profile.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/live/live.h"

static void denied_init(void);

TestSuite(denied, .init = denied_init, .fini = live_fini, .timeout = 120);

#define STATUS	   7 /* the program's exit status */
#define NO_REQUEST (-1)

/*
 * System calls that the launcher, helper and shim make according to strace, and calls that they
 * could make instead.
 */
static const int calls[] = {
	SYS_access,
	SYS_arch_prctl,
	SYS_brk,
	SYS_chdir,
	SYS_clock_nanosleep,
	SYS_clone,
	SYS_clone3,
	SYS_close,
	SYS_close_range,
	SYS_dup,
	SYS_dup2,
	SYS_dup3,
	SYS_epoll_wait,
	SYS_exit_group,
	SYS_faccessat2,
	SYS_fcntl,
	SYS_fsync,
	SYS_futex,
	SYS_getcwd,
	SYS_geteuid,
	SYS_getpid,
	SYS_getppid,
	SYS_getrandom,
	SYS_getrusage,
	SYS_gettid,
	SYS_ioctl,
	SYS_kill,
	SYS_lseek,
	SYS_madvise,
	SYS_membarrier,
	SYS_memfd_create,
	SYS_mmap,
	SYS_mprotect,
	SYS_mremap,
	SYS_munmap,
	SYS_nanosleep,
	SYS_newfstatat,
	SYS_openat,
	SYS_openat2,
	SYS_pidfd_getfd,
	SYS_pidfd_open,
	SYS_pipe2,
	SYS_poll,
	SYS_ppoll,
	SYS_prctl,
	SYS_pread64,
	SYS_prlimit64,
	SYS_process_vm_readv,
	SYS_process_vm_writev,
	SYS_pselect6,
	SYS_ptrace,
	SYS_pwrite64,
	SYS_read,
	SYS_readlink,
	SYS_readlinkat,
	SYS_recvfrom,
	SYS_recvmsg,
	SYS_rename,
	SYS_renameat,
	SYS_rseq,
	SYS_rt_sigaction,
	SYS_rt_sigprocmask,
	SYS_rt_sigtimedwait,
	SYS_sched_getaffinity,
	SYS_sched_setscheduler,
	SYS_sched_yield,
	SYS_seccomp,
	SYS_sendfile,
	SYS_sendmsg,
	SYS_sendto,
	SYS_set_robust_list,
	SYS_setsid,
	SYS_shmat,
	SYS_shmctl,
	SYS_shmdt,
	SYS_shmget,
	SYS_signalfd4,
	SYS_socketpair,
	SYS_statfs,
	SYS_fstatfs,
	SYS_sysinfo,
	SYS_tgkill,
	SYS_uname,
	SYS_unlink,
	SYS_unlinkat,
	SYS_vfork,
	SYS_wait4,
	SYS_waitid,
	SYS_write,
	SYS_writev,
};

static const int requests[] = {
	PTRACE_CONT,	   PTRACE_DETACH,     PTRACE_GETEVENTMSG, PTRACE_GETREGS,
	PTRACE_GETREGSET,  PTRACE_GETSIGINFO, PTRACE_GETSIGMASK,  PTRACE_GET_SYSCALL_INFO,
	PTRACE_INTERRUPT,  PTRACE_LISTEN,     PTRACE_PEEKDATA,	  PTRACE_PEEKUSER,
	PTRACE_POKEDATA,   PTRACE_POKEUSER,   PTRACE_SEIZE,	  PTRACE_SETOPTIONS,
	PTRACE_SETREGS,	   PTRACE_SETREGSET,  PTRACE_SETSIGINFO,  PTRACE_SETSIGMASK,
	PTRACE_SINGLESTEP, PTRACE_SYSCALL,
};

/* The code of the sanitizers waits for ever, or aborts, when one of these calls fails. */
static void denied_init(void)
{
	const char *sanitizers = getenv("SANITIZER_CFLAGS");

	live_init();
	if (sanitizers && *sanitizers)
		LIVE_SKIP("the sanitizers need these calls");
}

static struct live *run_denied(int call, int error, int request, const char *scprof)
{
	return PLAIN("sh", "-c",
		     live_text("exec '%s' %d %d %d %s '%s' %d", live_tracee("denied"), call, error,
			       request, scprof, live_tracee("status"), STATUS));
}

static bool has_ended(const struct live *live, int status)
{
	return WIFEXITED(live->status) && WEXITSTATUS(live->status) == status;
}

/*
 * Returns true if the message is one line about what is missing. If write(2) is denied, there is
 * none.
 */
static bool has_one_line(const struct live *live, int call)
{
	const char *text = live->texts[1], *end = strchr(text, '\n');

	if (call == SYS_write && !*text)
		return true;
	return strncmp(text, "scprof: ", 8) == 0 && end && !end[1] && !strstr(text, "unexpectedly");
}

static bool has_whole_profile(struct live *live)
{
	if (access("live.pb.gz", R_OK) != 0)
		return false;
	live_load(live, "live.pb.gz");
	return LIVE_CALLS(live, .name = "getppid") == 2;
}

static void expect_profile_or_reason(int call, int error, int request, const char *scprof,
				     int refusal)
{
	struct live *live;
	bool is_good;

	/* Without this call, the program cannot run at all, not even without scprof. */
	if (!has_ended(run_denied(call, error, request, "/usr/bin/env"), STATUS))
		return;
	unlink("live.pb.gz");
	live = run_denied(call, error, request, scprof);
	if (access("live.pb.gz", F_OK) == 0)
		is_good = has_ended(live, STATUS) && has_whole_profile(live);
	else
		is_good = has_ended(live, refusal) && has_one_line(live, call);
	cr_expect(is_good, "call %d, request %#x, error %d: status %#x, %s; stderr: %s", call,
		  (unsigned int)request, error, (unsigned int)live->status,
		  access("live.pb.gz", F_OK) == 0 ? "a profile" : "no profile", live->texts[1]);
}

static void expect_all(int error, const char *scprof, int refusal)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		expect_profile_or_reason(calls[i], error, NO_REQUEST, scprof, refusal);
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		expect_profile_or_reason(SYS_ptrace, error, requests[i], scprof, refusal);
}

static void expect_all_launched(int error)
{
	expect_all(error, live_text("'%s' -o live.pb.gz", live_built("scprof")), 3);
}

static void expect_all_preloaded(int error)
{
	expect_all(error,
		   live_text("/usr/bin/env LD_PRELOAD='%s' SCPROF_OUTPUT=live.pb.gz",
			     live_built("shim/.libs/libscprof.so")),
		   STATUS);
}

Test(denied, a_call_that_fails_with_EPERM_under_the_launcher)
{
	expect_all_launched(EPERM);
}

Test(denied, a_call_that_fails_with_ENOSYS_under_the_launcher)
{
	expect_all_launched(ENOSYS);
}

Test(denied, a_call_that_fails_with_EPERM_when_preloaded)
{
	expect_all_preloaded(EPERM);
}

Test(denied, a_call_that_fails_with_ENOSYS_when_preloaded)
{
	expect_all_preloaded(ENOSYS);
}
