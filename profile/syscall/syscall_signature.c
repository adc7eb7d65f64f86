// SPDX-License-Identifier: MIT
/*
 * The signatures, by name. They are facts of the kernel's ABI; its tracepoints list them. 32-bit
 * ABIs have many names for the same call with other sizes, such as stat64 or futex_time64. They use
 * the signature of the shorter name.
 */
#include "profile/syscall/syscall_signature.h"

#include <stdlib.h>
#include <string.h>

struct signature {
	const char *name;
	const char *args;
};

/* clang-format off */
static const struct signature signatures[] = {
	{ "_llseek", "duupi" }, { "_newselect", "ipppp" }, { "_sysctl", "p" }, { "accept", "dpp" },
	{ "accept4", "dppx" }, { "access", "si" }, { "acct", "s" }, { "add_key", "pppui" },
	{ "adjtimex", "p" }, { "afs_syscall", "" }, { "alarm", "u" }, { "arch_prctl", "xp" }, { "bdflush", "ip" },
	{ "bind", "dpi" }, { "bpf", "ipu" }, { "break", "" }, { "brk", "p" }, { "cachestat", "dppx" },
	{ "capget", "pp" }, { "capset", "pp" }, { "chdir", "s" }, { "chmod", "so" },
	{ "chown", "sii" }, { "chroot", "s" }, { "clock_adjtime", "ip" }, { "clock_getres", "ip" },
	{ "clock_gettime", "ip" }, { "clock_nanosleep", "ixpp" }, { "clock_settime", "ip" },
	{ "clone", "xpppp" }, { "clone3", "pu" }, { "close", "d" }, { "close_range", "uux" },
	{ "connect", "dpi" }, { "copy_file_range", "dpdpux" }, { "creat", "so" },
	{ "create_module", "pu" }, { "delete_module", "px" }, { "dup", "d" }, { "dup2", "dd" },
	{ "dup3", "ddx" }, { "epoll_create", "i" }, { "epoll_create1", "x" }, { "epoll_ctl", "didp" },
	{ "epoll_ctl_old", "iiip" }, { "epoll_pwait", "dpiipu" }, { "epoll_pwait2", "dpippu" },
	{ "epoll_wait", "dpii" }, { "epoll_wait_old", "ipii" }, { "eventfd", "u" },
	{ "eventfd2", "ux" }, { "execve", "spp" }, { "execveat", "Dsppx" }, { "exit", "i" },
	{ "exit_group", "i" }, { "faccessat", "Dsi" }, { "faccessat2", "Dsix" },
	{ "fadvise64", "dlui" }, { "fadvise64_64", "dxxxxi" }, { "fallocate", "dxll" },
	{ "fanotify_init", "xx" }, { "fanotify_mark", "dxxDs" }, { "fchdir", "d" },
	{ "fchmod", "do" }, { "fchmodat", "Dso" }, { "fchmodat2", "Dsox" }, { "fchown", "dii" },
	{ "fchownat", "Dsiix" }, { "fcntl", "dip" }, { "fdatasync", "d" }, { "fgetxattr", "dppu" },
	{ "file_getattr", "Dspux" }, { "file_setattr", "Dspux" }, { "finit_module", "dpx" },
	{ "flistxattr", "dpu" }, { "flock", "du" }, { "fork", "" }, { "fremovexattr", "dp" },
	{ "fsconfig", "duppi" }, { "fsetxattr", "dppux" }, { "fsmount", "dxx" }, { "fsopen", "px" },
	{ "fspick", "Dsx" }, { "fstat", "dp" }, { "fstatfs", "dp" }, { "fstatfs64", "dup" },
	{ "fsync", "d" }, { "ftime", "p" }, { "ftruncate", "dl" }, { "ftruncate64", "dxx" },
	{ "futex", "pxuppu" }, { "futex_requeue", "pxii" }, { "futex_wait", "puxxpi" },
	{ "futex_waitv", "puxpi" }, { "futex_wake", "pxix" }, { "futimesat", "Dsp" },
	{ "get_kernel_syms", "p" }, { "get_mempolicy", "ppupx" }, { "get_robust_list", "ipp" },
	{ "get_thread_area", "p" }, { "getcpu", "ppp" }, { "getcwd", "pu" }, { "getdents", "dpu" },
	{ "getdents64", "dpu" }, { "getegid", "" }, { "geteuid", "" }, { "getgid", "" },
	{ "getgroups", "ip" }, { "getitimer", "ip" }, { "getpeername", "dpp" }, { "getpgid", "i" },
	{ "getpgrp", "" }, { "getpid", "" }, { "getpmsg", "" }, { "getppid", "" },
	{ "getpriority", "ii" }, { "getrandom", "pux" }, { "getresgid", "ppp" },
	{ "getresuid", "ppp" }, { "getrlimit", "up" }, { "getrusage", "ip" }, { "getsid", "i" },
	{ "getsockname", "dpp" }, { "getsockopt", "diipp" }, { "gettid", "" },
	{ "gettimeofday", "pp" }, { "getuid", "" }, { "getxattr", "sppu" },
	{ "getxattrat", "Dsxppu" }, { "gtty", "dp" }, { "idle", "" }, { "init_module", "pup" },
	{ "inotify_add_watch", "dsx" }, { "inotify_init", "" }, { "inotify_init1", "x" },
	{ "inotify_rm_watch", "di" }, { "io_cancel", "ppp" }, { "io_destroy", "p" },
	{ "io_getevents", "pllpp" }, { "io_pgetevents", "pllppp" }, { "io_setup", "up" },
	{ "io_submit", "plp" }, { "io_uring_enter", "duuxpu" }, { "io_uring_register", "dupu" },
	{ "io_uring_setup", "up" }, { "ioctl", "dxp" }, { "ioperm", "uui" }, { "iopl", "u" },
	{ "ioprio_get", "ii" }, { "ioprio_set", "iii" }, { "ipc", "uixxpx" }, { "kcmp", "iiiuu" },
	{ "kexec_file_load", "ddupx" }, { "kexec_load", "uupx" }, { "keyctl", "ixxxx" },
	{ "kill", "ig" }, { "landlock_add_rule", "dipx" }, { "landlock_create_ruleset", "pix" },
	{ "landlock_restrict_self", "dx" }, { "lchown", "sii" }, { "lgetxattr", "sppu" },
	{ "link", "ss" }, { "linkat", "DsDsx" }, { "listen", "di" }, { "listmount", "ppux" },
	{ "listxattr", "spu" }, { "listxattrat", "Dsxpu" }, { "llistxattr", "spu" }, { "lock", "" },
	{ "lookup_dcookie", "upu" }, { "lremovexattr", "sp" }, { "lseek", "dli" },
	{ "lsetxattr", "sppux" }, { "lsm_get_self_attr", "uppx" }, { "lsm_list_modules", "ppx" },
	{ "lsm_set_self_attr", "upux" }, { "lstat", "sp" }, { "madvise", "pui" },
	{ "map_shadow_stack", "pux" }, { "mbind", "puipux" }, { "membarrier", "ixi" },
	{ "memfd_create", "px" }, { "memfd_secret", "x" }, { "migrate_pages", "iupp" },
	{ "mincore", "pup" }, { "mkdir", "so" }, { "mkdirat", "Dso" }, { "mknod", "sou" },
	{ "mknodat", "Dsou" }, { "mlock", "pu" }, { "mlock2", "pux" }, { "mlockall", "x" },
	{ "mmap", "puxxdx" }, { "mmap2", "puxxdx" }, { "modify_ldt", "ipu" }, { "mount", "pspxp" },
	{ "mount_setattr", "Dsxpu" }, { "move_mount", "DsDsx" }, { "move_pages", "iupppx" },
	{ "mprotect", "pux" }, { "mpx", "" }, { "mq_getsetattr", "dpp" }, { "mq_notify", "dp" },
	{ "mq_open", "pxop" }, { "mq_timedreceive", "dpupp" }, { "mq_timedsend", "dpuup" },
	{ "mq_unlink", "p" }, { "mremap", "puuxp" }, { "mseal", "pux" }, { "msgctl", "iip" },
	{ "msgget", "ix" }, { "msgrcv", "ipuli" }, { "msgsnd", "ipui" }, { "msync", "pux" },
	{ "munlock", "pu" }, { "munlockall", "" }, { "munmap", "pu" },
	{ "name_to_handle_at", "Dsppx" }, { "nanosleep", "pp" }, { "newfstatat", "Dspx" },
	{ "nfsservctl", "ipp" }, { "nice", "i" }, { "oldfstat", "dp" }, { "oldlstat", "sp" },
	{ "oldolduname", "p" }, { "oldstat", "sp" }, { "olduname", "p" }, { "open", "sxc" },
	{ "open_by_handle_at", "Dpx" }, { "open_tree", "Dsx" }, { "open_tree_attr", "Dsxpu" },
	{ "openat", "Dsxc" }, { "openat2", "Dspu" }, { "pause", "" }, { "perf_event_open", "piidx" },
	{ "personality", "x" }, { "pidfd_getfd", "ddx" }, { "pidfd_open", "ix" },
	{ "pidfd_send_signal", "dgpx" }, { "pipe", "p" }, { "pipe2", "px" }, { "pivot_root", "ss" },
	{ "pkey_alloc", "xu" }, { "pkey_free", "i" }, { "pkey_mprotect", "puxi" }, { "poll", "pui" },
	{ "ppoll", "puppu" }, { "prctl", "ixxxx" }, { "pread64", "dpul" }, { "preadv", "dpuuu" },
	{ "preadv2", "dpuuux" }, { "prlimit64", "iupp" }, { "process_madvise", "dpuix" },
	{ "process_mrelease", "dx" }, { "process_vm_readv", "ipupux" },
	{ "process_vm_writev", "ipupux" }, { "prof", "" }, { "profil", "pupu" },
	{ "pselect6", "ippppp" }, { "pselect6_time64", "ippppp" }, { "ptrace", "iipp" },
	{ "putpmsg", "" }, { "pwrite64", "dpul" }, { "pwritev", "dpuuu" }, { "pwritev2", "dpuuux" },
	{ "query_module", "pipup" }, { "quotactl", "xsip" }, { "quotactl_fd", "dxip" },
	{ "read", "dpu" }, { "readahead", "dlu" }, { "readdir", "dpu" }, { "readlink", "spi" },
	{ "readlinkat", "Dspi" }, { "readv", "dpu" }, { "reboot", "xxxp" }, { "recvfrom", "dpuxpp" },
	{ "recvmmsg", "dpuxp" }, { "recvmsg", "dpx" }, { "remap_file_pages", "puxux" },
	{ "removexattr", "sp" }, { "removexattrat", "Dsxp" }, { "rename", "ss" },
	{ "renameat", "DsDs" }, { "renameat2", "DsDsx" }, { "request_key", "pppi" },
	{ "restart_syscall", "" }, { "rmdir", "s" }, { "rseq", "puxx" }, { "rt_sigaction", "gppu" },
	{ "rt_sigpending", "pu" }, { "rt_sigprocmask", "ippu" }, { "rt_sigqueueinfo", "igp" },
	{ "rt_sigreturn", "" }, { "rt_sigsuspend", "pu" }, { "rt_sigtimedwait", "pppu" },
	{ "rt_tgsigqueueinfo", "iigp" }, { "sched_get_priority_max", "i" },
	{ "sched_get_priority_min", "i" }, { "sched_getaffinity", "iup" },
	{ "sched_getattr", "ipux" }, { "sched_getparam", "ip" }, { "sched_getscheduler", "i" },
	{ "sched_rr_get_interval", "ip" }, { "sched_setaffinity", "iup" }, { "sched_setattr", "ipx" },
	{ "sched_setparam", "ip" }, { "sched_setscheduler", "iip" }, { "sched_yield", "" },
	{ "seccomp", "uxp" }, { "security", "" }, { "select", "ipppp" }, { "semctl", "iiip" },
	{ "semget", "iix" }, { "semop", "ipu" }, { "semtimedop", "ipup" }, { "sendfile", "ddpu" },
	{ "sendmmsg", "dpux" }, { "sendmsg", "dpx" }, { "sendto", "dpuxpi" },
	{ "set_mempolicy", "ipu" }, { "set_mempolicy_home_node", "puux" },
	{ "set_robust_list", "pu" }, { "set_thread_area", "p" }, { "set_tid_address", "p" },
	{ "setdomainname", "pi" }, { "setfsgid", "i" }, { "setfsuid", "i" }, { "setgid", "i" },
	{ "setgroups", "ip" }, { "sethostname", "pi" }, { "setitimer", "ipp" }, { "setns", "dx" },
	{ "setpgid", "ii" }, { "setpriority", "iii" }, { "setregid", "ii" }, { "setresgid", "iii" },
	{ "setresuid", "iii" }, { "setreuid", "ii" }, { "setrlimit", "up" }, { "setsid", "" },
	{ "setsockopt", "diipi" }, { "settimeofday", "pp" }, { "setuid", "i" },
	{ "setxattr", "sppux" }, { "setxattrat", "Dsxppu" }, { "sgetmask", "" }, { "shmat", "ipx" },
	{ "shmctl", "iip" }, { "shmdt", "p" }, { "shmget", "iux" }, { "shutdown", "di" },
	{ "sigaction", "gpp" }, { "sigaltstack", "pp" }, { "signal", "gp" }, { "signalfd", "dpu" },
	{ "signalfd4", "dpux" }, { "sigpending", "p" }, { "sigprocmask", "ipp" }, { "sigreturn", "" },
	{ "sigsuspend", "uux" }, { "socket", "iii" }, { "socketcall", "ip" },
	{ "socketpair", "iiip" }, { "splice", "dpdpux" }, { "ssetmask", "x" }, { "stat", "sp" },
	{ "statfs", "sp" }, { "statfs64", "sup" }, { "statmount", "ppux" }, { "statx", "Dsxxp" },
	{ "stime", "p" }, { "stty", "dp" }, { "swapoff", "s" }, { "swapon", "sx" },
	{ "symlink", "ps" }, { "symlinkat", "pDs" }, { "sync", "" }, { "sync_file_range", "dllx" },
	{ "syncfs", "d" }, { "sysfs", "iuu" }, { "sysinfo", "p" }, { "syslog", "ipi" },
	{ "tee", "ddux" }, { "tgkill", "iig" }, { "time", "p" }, { "timer_create", "ipp" },
	{ "timer_delete", "i" }, { "timer_getoverrun", "i" }, { "timer_gettime", "ip" },
	{ "timer_settime", "ixpp" }, { "timerfd_create", "ix" }, { "timerfd_gettime", "dp" },
	{ "timerfd_settime", "dxpp" }, { "times", "p" }, { "tkill", "ig" }, { "truncate", "sl" },
	{ "truncate64", "sxx" }, { "tuxcall", "" }, { "ugetrlimit", "up" }, { "ulimit", "ix" },
	{ "umask", "o" }, { "umount", "s" }, { "umount2", "sx" }, { "uname", "p" }, { "unlink", "s" },
	{ "unlinkat", "Dsx" }, { "unshare", "x" }, { "uprobe", "" }, { "uretprobe", "" },
	{ "uselib", "s" }, { "userfaultfd", "x" }, { "ustat", "up" }, { "utime", "sp" },
	{ "utimensat", "Dspx" }, { "utimes", "sp" }, { "vfork", "" }, { "vhangup", "" },
	{ "vm86", "xp" }, { "vm86old", "p" }, { "vmsplice", "dpux" }, { "vserver", "ixx" },
	{ "wait4", "ipxp" }, { "waitid", "iipxp" }, { "waitpid", "ipx" }, { "write", "dpu" },
	{ "writev", "dpu" },
};
/* clang-format on */

#define NAME_SIZE 40

static int compare_names(const void *name, const void *element)
{
	return strcmp(name, ((const struct signature *)element)->name);
}

static const char *find(const char *name)
{
	const struct signature *found =
		bsearch(name, signatures, sizeof(signatures) / sizeof(signatures[0]),
			sizeof(signatures[0]), compare_names);

	return found ? found->args : NULL;
}

/* Returns the signature of @name without @ending, or NULL. */
static const char *find_without(const char *name, const char *ending)
{
	size_t length = strlen(name), rest = strlen(ending);
	char shorter[NAME_SIZE];

	if (length <= rest || length >= sizeof(shorter) || strcmp(name + length - rest, ending))
		return NULL;
	memcpy(shorter, name, length - rest);
	shorter[length - rest] = '\0';
	return find(shorter);
}

static const char *find_nearly(const char *name)
{
	static const char *const endings[] = { "_time64", "32", "64" };
	const char *args = find(name);

	for (size_t i = 0; !args && i < sizeof(endings) / sizeof(endings[0]); i++)
		args = find_without(name, endings[i]);
	if (!args && strcmp(name, "fstatat64") == 0)
		args = find("newfstatat");
	return args ? args : "xxxxxx";
}

const char *syscall_signature(enum syscall_abi abi, uint32_t nr)
{
	static const char *known[SYSCALL_NR_ABIS][512];
	uint32_t index = abi == SYSCALL_ABI_X32 ? nr & ~SYSCALL_X32_BIT : nr;

	/* Number 90 of i386 has the name mmap, too, but takes a pointer to its arguments. */
	if (abi == SYSCALL_ABI_I386 && nr == 90)
		return "p";
	if (index >= sizeof(known[0]) / sizeof(known[0][0]))
		return find_nearly(syscall_name(abi, nr));
	if (!known[abi][index])
		known[abi][index] = find_nearly(syscall_name(abi, nr));
	return known[abi][index];
}
