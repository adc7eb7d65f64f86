// SPDX-License-Identifier: MIT
/*
 * Lists of names. Each system call and function of a profile is looked up once, so a linear search
 * is fast enough.
 */
#include "analysis/call_class.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define NR(array) (sizeof(array) / sizeof((array)[0]))

static const char *const class_names[NR_CALL_CLASSES] = {
	[CLASS_READ] = "read pread64 readv preadv preadv2",
	[CLASS_WRITE] = "write pwrite64 writev pwritev pwritev2",
	[CLASS_RECEIVE] = "recv recvfrom recvmsg recvmmsg",
	[CLASS_SEND] = "send sendto sendmsg sendmmsg",
	[CLASS_TRANSFER] = "sendfile sendfile64 splice tee copy_file_range",
	[CLASS_SEEK] = "lseek _llseek",
	[CLASS_OPEN] = "open openat openat2 creat",
	[CLASS_CLOSE] = "close",
	[CLASS_STAT] = "stat fstat lstat stat64 fstat64 lstat64 newfstatat fstatat64 statx access "
		       "faccessat faccessat2",
	[CLASS_DIRECTORY] = "getdents getdents64",
	[CLASS_SYNC] = "fsync fdatasync sync_file_range msync syncfs sync",
	[CLASS_MAP] = "mmap mmap2 mremap",
	[CLASS_UNMAP] = "munmap",
	[CLASS_BRK] = "brk",
	[CLASS_ADVISE] = "madvise",
	[CLASS_PROTECT] = "mprotect",
	[CLASS_FUTEX] = "futex futex_time64 futex_waitv futex_wait futex_wake",
	[CLASS_POLL] = "poll ppoll ppoll_time64 select _newselect pselect6 pselect6_time64 "
		       "epoll_wait epoll_pwait epoll_pwait2",
	[CLASS_SLEEP] = "nanosleep clock_nanosleep clock_nanosleep_time64",
	[CLASS_CLOCK] = "clock_gettime clock_gettime64 gettimeofday time getcpu",
	[CLASS_WAIT] = "wait4 waitid waitpid",
	[CLASS_LISTEN] = "listen",
	[CLASS_ACCEPT] = "accept accept4",
	[CLASS_CONNECT] = "connect",
	[CLASS_LOCK] = "flock",
	[CLASS_FORK] = "fork vfork clone clone3",
	[CLASS_EXEC] = "execve execveat",
	[CLASS_IDENTITY] = "getpid getppid gettid getpgrp getpgid getsid getuid geteuid getgid "
			   "getegid getuid32 geteuid32 getgid32 getegid32 getresuid getresgid "
			   "getgroups uname getcwd sysinfo sched_getaffinity getrlimit ugetrlimit "
			   "prlimit64 getpriority",
	[CLASS_RANDOM] = "getrandom",
	[CLASS_YIELD] = "sched_yield",
	[CLASS_MASK] = "rt_sigprocmask sigprocmask",
	[CLASS_RING_SETUP] = "io_uring_setup",
	[CLASS_RING_ENTER] = "io_uring_enter",
};

static const char *const role_names[NR_CALL_ROLES] = {
	[ROLE_ALLOCATE] =
		"malloc calloc realloc reallocarray memalign aligned_alloc posix_memalign "
		"valloc pvalloc __libc_malloc __libc_calloc __libc_realloc __libc_memalign "
		"_int_malloc _int_realloc _int_memalign sysmalloc sysmalloc_mmap "
		"__libc_malloc_impl __libc_realloc_impl je_malloc je_calloc je_realloc mi_malloc "
		"mi_calloc mi_realloc tc_malloc tc_calloc tc_realloc _Znwm _Znam",
	[ROLE_FREE] = "free cfree __libc_free _int_free systrim munmap_chunk __libc_free_impl "
		      "je_free mi_free tc_free _ZdlPv _ZdaPv _ZdlPvm _ZdaPvm malloc_trim",
	[ROLE_LOCK] = "pthread_mutex_lock pthread_mutex_timedlock pthread_mutex_clocklock "
		      "___pthread_mutex_lock __pthread_mutex_lock __pthread_mutex_lock_full "
		      "__pthread_mutex_timedlock pthread_rwlock_rdlock pthread_rwlock_wrlock "
		      "pthread_rwlock_timedrdlock pthread_rwlock_timedwrlock "
		      "pthread_rwlock_clockrdlock pthread_rwlock_clockwrlock "
		      "___pthread_rwlock_rdlock ___pthread_rwlock_wrlock __lll_lock_wait "
		      "__lll_lock_wait_private lll_mutex_lock_optimized mtx_lock mtx_timedlock "
		      "__lock __lockfile",
	[ROLE_WAKE] = "pthread_mutex_unlock ___pthread_mutex_unlock __pthread_mutex_unlock "
		      "__pthread_mutex_unlock_usercnt pthread_cond_signal pthread_cond_broadcast "
		      "___pthread_cond_signal ___pthread_cond_broadcast __pthread_cond_signal "
		      "__pthread_cond_broadcast sem_post __new_sem_post cnd_signal cnd_broadcast "
		      "__pthread_mutex_unlock_full "
		      "pthread_rwlock_unlock ___pthread_rwlock_unlock __lll_lock_wake "
		      "__lll_lock_wake_private mtx_unlock __unlock __unlockfile",
	[ROLE_CONDITION] =
		"pthread_cond_wait pthread_cond_timedwait pthread_cond_clockwait "
		"___pthread_cond_wait ___pthread_cond_timedwait "
		"__pthread_cond_wait __pthread_cond_timedwait __pthread_cond_wait_common "
		"___pthread_cond_clockwait pthread_barrier_wait cnd_wait cnd_timedwait "
		"sem_wait sem_timedwait sem_clockwait __new_sem_wait __new_sem_wait_slow64 "
		"sem_clockwait64 __sem_clockwait64",
	[ROLE_JOIN] = "pthread_join ___pthread_join __pthread_join __pthread_clockjoin_ex "
		      "pthread_timedjoin_np pthread_clockjoin_np thrd_join",
	[ROLE_NEW_THREAD] = "pthread_create __pthread_create ___pthread_create "
			    "__pthread_create_2_1 create_thread thrd_create",
	[ROLE_LOCAL_TIME] = "localtime localtime_r __localtime_r mktime timelocal tzset __tzset "
			    "tzset_internal strftime strftime_l __strftime_l wcsftime wcsftime_l "
			    "__tz_convert __tzfile_read",
	[ROLE_CONTEXT] = "swapcontext getcontext setcontext __sigsetjmp sigsetjmp __sigjmp_save "
			 "siglongjmp __libc_siglongjmp setjmp _setjmp",
};

/* Returns the index of the list that contains @name as a word, or 0. */
static int find(const char *const *lists, size_t nr, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 1; i < nr; i++) {
		for (const char *word = lists[i]; *word; word += strspn(word, " ")) {
			size_t end = strcspn(word, " ");

			if (end == length && !memcmp(word, name, length))
				return (int)i;
			word += end;
		}
	}
	return 0;
}

enum call_class call_class_of(const char *name)
{
	return (enum call_class)find(class_names, NR(class_names), name);
}

/* In glibc's debug information, the names of its own functions begin with `__GI_`. */
enum call_role call_role_of(const char *name)
{
	static const char internal[] = "__GI_";

	if (!strncmp(name, internal, strlen(internal)))
		name += strlen(internal);
	return (enum call_role)find(role_names, NR(role_names), name);
}
