/* SPDX-License-Identifier: MIT */
/*
 * The system calls that the tracer handles specially. It recognises them by name, in every ABI.
 */
#ifndef SCPROF_HELPER_COUNT_CALL_KIND_H
#define SCPROF_HELPER_COUNT_CALL_KIND_H

#include <stdbool.h>

#include "profile/syscall/syscall_name.h"

enum call_kind {
	CALL_ORDINARY,
	CALL_MMAP,     /* (addr, size, protection, flags, fd, offset) */
	CALL_MMAP_OLD, /* i386: its arguments are in memory */
	CALL_MPROTECT, /* (addr, size, protection) */
	CALL_MUNMAP,   /* (addr, size) */
	CALL_MREMAP,   /* (addr, size, …) */
	CALL_SHMAT,    /* (id, addr, flags) */
	CALL_SHMDT,    /* (addr) */
	CALL_MADVISE,  /* (addr, size, advice) */
	CALL_PRCTL,
	CALL_ARCH_PRCTL, /* (what, value or addr) */
	CALL_SECCOMP,
	CALL_SIGRETURN,
	CALL_SIGTIMEDWAIT,
	CALL_RESTART, /* restart_syscall */
	CALL_ENDING,  /* exit and exit_group do not return */
	CALL_CLONE,   /* (flags, …) */
	CALL_CLONE3,  /* (struct clone_args *, size) */
	CALL_FORK,
	CALL_VFORK,
	CALL_EXEC,
	CALL_OPEN,   /* (path, …) */
	CALL_OPENAT, /* (directory, path, …) */
	CALL_CLOSE,
	CALL_IOCTL,	  /* (fd, command, …) */
	CALL_WATCH,	  /* inotify_init: the program may see what the helper opens */
	CALL_PERMIT,	  /* fanotify_init: the same, and the program may have to permit it */
	CALL_MOUNT,	  /* the program may serve files */
	CALL_USERFAULTFD, /* the program may provide pages */
	CALL_SETRLIMIT,	  /* (resource, limit) */
	CALL_PRLIMIT,	  /* (pid, resource, new limit, old limit) */
	CALL_MLOCKALL,	  /* (flags) */
	CALL_FD,	  /* other calls of ld.so whose first argument is a descriptor */
};

enum call_kind call_kind(enum syscall_abi abi, uint32_t nr);
/* Returns true if such a call creates a process or a thread, which starts after the call. */
bool call_kind_makes_child(enum call_kind kind);
/* Returns true if the helper must see each such call, or if such calls return in an unusual way. */
bool call_kind_is_always_traced(enum call_kind kind);

#endif
