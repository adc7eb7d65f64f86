// SPDX-License-Identifier: MIT
/*
 * The members of the classes, as strace 6.1 shows them for each number of the three ABIs under `-e
 * trace=%class`. Newer calls (cachestat, fchmodat2, map_shadow_stack, mseal, setxattrat and
 * similar) are in the classes of later strace releases, up to 6.13.
 */
#include <assert.h>
#include <string.h>

#include "profile/syscall/syscall_class.h"

/* Names with a space before and after each, so that a search finds only whole words. */
#define STAT_CALLS    " oldstat stat stat64 "
#define LSTAT_CALLS   " lstat lstat64 oldlstat "
#define FSTAT_CALLS   " fstat fstat64 fstatat64 newfstatat oldfstat statx "
#define STATFS_CALLS  " statfs statfs64 "
#define FSTATFS_CALLS " fstatfs fstatfs64 "
#define NETWORK_CALLS                                                             \
	" accept accept4 bind connect getpeername getpmsg getsockname getsockopt" \
	" listen putpmsg recvfrom recvmmsg recvmmsg_time64 recvmsg sendfile"      \
	" sendfile64 sendmmsg sendmsg sendto setsockopt shutdown socket socketpair "

static const struct {
	const char *word;
	bool has_old_word; /* the word without the sign is valid, too */
	const char *calls;
} classes[] = {
	{ "%desc", true,
	  " _llseek _newselect bpf cachestat close copy_file_range creat dup dup2"
	  " dup3 epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2"
	  " epoll_wait eventfd eventfd2 execveat faccessat faccessat2 fadvise64"
	  " fadvise64_64 fallocate fanotify_init fanotify_mark fchdir fchmod fchmodat"
	  " fchmodat2 fchown fchown32 fchownat fcntl fcntl64 fdatasync fgetxattr"
	  " finit_module flistxattr flock fremovexattr fsconfig fsetxattr fsmount"
	  " fsopen fspick fstat fstat64 fstatat64 fstatfs fstatfs64 fsync ftruncate"
	  " ftruncate64 futimesat getdents getdents64 getxattrat inotify_add_watch"
	  " inotify_init inotify_init1 inotify_rm_watch io_uring_enter"
	  " io_uring_register io_uring_setup ioctl kexec_file_load landlock_add_rule"
	  " landlock_create_ruleset landlock_restrict_self linkat listxattrat lseek"
	  " memfd_create memfd_secret mkdirat mknodat mmap mmap2 mount_setattr"
	  " move_mount mq_getsetattr mq_notify mq_open mq_timedreceive"
	  " mq_timedreceive_time64 mq_timedsend mq_timedsend_time64 name_to_handle_at"
	  " newfstatat oldfstat open open_by_handle_at open_tree openat openat2"
	  " perf_event_open pidfd_getfd pidfd_open pidfd_send_signal pipe pipe2 poll"
	  " ppoll ppoll_time64 pread64 preadv preadv2 process_madvise"
	  " process_mrelease pselect6 pselect6_time64 pwrite64 pwritev pwritev2"
	  " quotactl_fd read readahead readdir readlinkat readv removexattrat"
	  " renameat renameat2 select sendfile sendfile64 setns setxattrat signalfd"
	  " signalfd4 socketcall splice statx symlinkat sync_file_range syncfs tee"
	  " timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime"
	  " timerfd_settime64 unlinkat userfaultfd utimensat utimensat_time64"
	  " vmsplice write writev " },
	{ "%file", true,
	  " access acct chdir chmod chown chown32 chroot creat execve execveat"
	  " faccessat faccessat2 fanotify_mark fchmodat fchmodat2 fchownat fsconfig"
	  " fspick fstatat64 futimesat getcwd getxattr getxattrat inotify_add_watch"
	  " lchown lchown32 lgetxattr link linkat listxattr listxattrat llistxattr"
	  " lremovexattr lsetxattr lstat lstat64 mkdir mkdirat mknod mknodat mount"
	  " mount_setattr move_mount name_to_handle_at newfstatat oldlstat oldstat"
	  " open open_tree openat openat2 pivot_root quotactl readlink readlinkat"
	  " removexattr removexattrat rename renameat renameat2 rmdir setxattr"
	  " setxattrat stat stat64 statfs statfs64 statx swapoff swapon symlink"
	  " symlinkat truncate truncate64 umount umount2 unlink unlinkat uselib utime"
	  " utimensat utimensat_time64 utimes " },
	{ "%memory", true,
	  " break brk get_mempolicy io_destroy io_setup io_uring_register madvise"
	  " map_shadow_stack mbind migrate_pages mincore mlock mlock2 mlockall mmap"
	  " mmap2 move_pages mprotect mremap mseal msync munlock munlockall munmap"
	  " pkey_mprotect remap_file_pages set_mempolicy set_mempolicy_home_node"
	  " shmat shmdt " },
	{ "%process", true,
	  " clone clone3 execve execveat exit exit_group fork kill pidfd_send_signal"
	  " rt_sigqueueinfo rt_tgsigqueueinfo tgkill tkill vfork wait4 waitid waitpid " },
	{ "%signal", true,
	  " io_uring_enter kill pause pidfd_send_signal rt_sigaction rt_sigpending"
	  " rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait"
	  " rt_sigtimedwait_time64 rt_tgsigqueueinfo sgetmask sigaction sigaltstack"
	  " signal signalfd signalfd4 sigpending sigprocmask sigreturn sigsuspend"
	  " ssetmask tgkill tkill " },
	{ "%ipc", true,
	  " ipc msgctl msgget msgrcv msgsnd semctl semget semop semtimedop"
	  " semtimedop_time64 shmat shmctl shmdt shmget " },
	{ "%network", true, NETWORK_CALLS },
	{ "%net", false, NETWORK_CALLS },
	{ "%creds", false,
	  " capget capset getegid getegid32 geteuid geteuid32 getgid getgid32 getgroups"
	  " getgroups32 getresgid getresgid32 getresuid getresuid32 getuid getuid32"
	  " prctl setfsgid setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups"
	  " setgroups32 setregid setregid32 setresgid setresgid32 setresuid setresuid32"
	  " setreuid setreuid32 setuid setuid32 " },
	{ "%stat", false, STAT_CALLS },
	{ "%lstat", false, LSTAT_CALLS },
	{ "%fstat", false, FSTAT_CALLS },
	{ "%statfs", false, STATFS_CALLS },
	{ "%fstatfs", false, FSTATFS_CALLS },
	{ "%clock", false,
	  " adjtimex clock_adjtime clock_adjtime64 clock_getres clock_getres_time64"
	  " clock_gettime clock_gettime64 clock_settime clock_settime64 gettimeofday"
	  " settimeofday time " },
	{ "%pure", false,
	  " getegid getegid32 geteuid geteuid32 getgid getgid32 getpgrp getpid getppid"
	  " gettid getuid getuid32 " },
	/* This class is scprof's own: calls that wait for an event, a thread, a process or time. */
	{ "%wait", false,
	  " _newselect accept accept4 clock_nanosleep clock_nanosleep_time64 epoll_pwait"
	  " epoll_pwait2 epoll_wait futex futex_time64 futex_wait futex_waitv"
	  " io_getevents io_pgetevents io_pgetevents_time64 mq_timedreceive"
	  " mq_timedreceive_time64 msgrcv nanosleep pause poll ppoll ppoll_time64"
	  " pselect6 pselect6_time64 restart_syscall rt_sigsuspend rt_sigtimedwait"
	  " rt_sigtimedwait_time64 select semop semtimedop semtimedop_time64"
	  " sigsuspend vfork wait4 waitid waitpid " },
	{ "%%stat", false, STAT_CALLS LSTAT_CALLS FSTAT_CALLS },
	{ "%%statfs", false, STATFS_CALLS FSTATFS_CALLS " ustat " },
};

#define NR_CLASSES ((int)(sizeof(classes) / sizeof(classes[0])))

int syscall_class_find(const char *word)
{
	for (int id = 0; id < NR_CLASSES; id++) {
		if (strcmp(word, classes[id].word) == 0)
			return id;
		if (classes[id].has_old_word && strcmp(word, classes[id].word + 1) == 0)
			return id;
	}
	return -1;
}

const char *syscall_class_word(int id)
{
	return id < NR_CLASSES ? classes[id].word : NULL;
}

bool syscall_class_has(int id, const char *name)
{
	size_t length = strlen(name);

	assert(length > 0);
	for (const char *at = classes[id].calls; (at = strstr(at, name)); at++)
		if (at[-1] == ' ' && at[length] == ' ')
			return true;
	return false;
}
