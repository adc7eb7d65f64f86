/* SPDX-License-Identifier: MIT */
/*
 * Kinds of calls, in tables that are built from names on first use.
 */
#include "helper/count/call_kind.h"

#include <stdbool.h>

#include "profile/syscall/syscall_set.h"

static const struct {
	const char *name;
	uint8_t kind;
} named_kinds[] = {
	{ "mmap", CALL_MMAP },
	{ "mmap2", CALL_MMAP },
	{ "mprotect", CALL_MPROTECT },
	{ "pkey_mprotect", CALL_MPROTECT },
	{ "munmap", CALL_MUNMAP },
	{ "mremap", CALL_MREMAP },
	{ "shmat", CALL_SHMAT },
	{ "shmdt", CALL_SHMDT },
	{ "madvise", CALL_MADVISE },
	{ "remap_file_pages", CALL_MUNMAP },
	{ "prctl", CALL_PRCTL },
	{ "arch_prctl", CALL_ARCH_PRCTL },
	{ "seccomp", CALL_SECCOMP },
	{ "rt_sigreturn", CALL_SIGRETURN },
	{ "sigreturn", CALL_SIGRETURN },
	{ "restart_syscall", CALL_RESTART },
	{ "exit", CALL_ENDING },
	{ "exit_group", CALL_ENDING },
	{ "clone", CALL_CLONE },
	{ "clone3", CALL_CLONE3 },
	{ "fork", CALL_FORK },
	{ "vfork", CALL_VFORK },
	{ "rt_sigtimedwait", CALL_SIGTIMEDWAIT },
	{ "rt_sigtimedwait_time64", CALL_SIGTIMEDWAIT },
	{ "execve", CALL_EXEC },
	{ "execveat", CALL_EXEC },
	{ "open", CALL_OPEN },
	{ "openat", CALL_OPENAT },
	{ "close", CALL_CLOSE },
	{ "ioctl", CALL_IOCTL },
	{ "inotify_init", CALL_WATCH },
	{ "inotify_init1", CALL_WATCH },
	{ "fanotify_init", CALL_PERMIT },
	{ "mount", CALL_MOUNT },
	{ "fsmount", CALL_MOUNT },
	{ "move_mount", CALL_MOUNT },
	{ "userfaultfd", CALL_USERFAULTFD },
	{ "setrlimit", CALL_SETRLIMIT },
	{ "prlimit64", CALL_PRLIMIT },
	{ "mlockall", CALL_MLOCKALL },
	{ "read", CALL_FD },
	{ "pread64", CALL_FD },
	{ "fstat", CALL_FD },
	{ "fstat64", CALL_FD },
	{ "newfstatat", CALL_FD },
	{ "statx", CALL_FD },
	{ "fcntl", CALL_FD },
	{ "fcntl64", CALL_FD },
};

static uint8_t kinds[SYSCALL_NR_ABIS][SYSCALL_SET_MAX_NR];

static void kinds_init(enum syscall_abi abi)
{
	for (unsigned int i = 0; i < sizeof(named_kinds) / sizeof(named_kinds[0]); i++) {
		int64_t nr = syscall_number(abi, named_kinds[i].name);
		if (nr >= 0 && (nr & ~(int64_t)SYSCALL_X32_BIT) < SYSCALL_SET_MAX_NR)
			kinds[abi][nr & ~(int64_t)SYSCALL_X32_BIT] = named_kinds[i].kind;
	}
	/* i386 has two kinds of mmap: number 90 takes a pointer to its arguments. */
	if (abi == SYSCALL_ABI_I386)
		kinds[abi][90] = CALL_MMAP_OLD;
}

enum call_kind call_kind(enum syscall_abi abi, uint32_t nr)
{
	static bool is_ready[SYSCALL_NR_ABIS];

	if (!is_ready[abi]) {
		kinds_init(abi);
		is_ready[abi] = true;
	}
	if (abi == SYSCALL_ABI_X32)
		nr &= ~SYSCALL_X32_BIT;
	return nr < SYSCALL_SET_MAX_NR ? (enum call_kind)kinds[abi][nr] : CALL_ORDINARY;
}

bool call_kind_makes_child(enum call_kind kind)
{
	return kind == CALL_FORK || kind == CALL_VFORK || kind == CALL_CLONE || kind == CALL_CLONE3;
}

bool call_kind_is_always_traced(enum call_kind kind)
{
	switch (kind) {
	case CALL_MREMAP:
	case CALL_SHMAT:
	case CALL_SHMDT:
	case CALL_PRCTL:
	case CALL_SECCOMP:
	case CALL_SIGRETURN:
	case CALL_SIGTIMEDWAIT:
	case CALL_RESTART:
	case CALL_ENDING:
	case CALL_CLONE:
	case CALL_CLONE3:
	case CALL_FORK:
	case CALL_VFORK:
	case CALL_EXEC:
	case CALL_WATCH:
	case CALL_PERMIT:
	case CALL_MOUNT:
	case CALL_USERFAULTFD:
	case CALL_SETRLIMIT:
	case CALL_MLOCKALL:
		return true;
	default:
		return false;
	}
}
