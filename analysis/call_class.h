/* SPDX-License-Identifier: MIT */
/*
 * Classifies system calls and library functions for the findings. A system call has a class, which
 * depends on its name, so it is the same in every ABI. The functions of the C library in a stack
 * have a role: for what purpose the library made the call. The names are those of glibc, musl, and
 * other common allocators.
 */
#ifndef SCPROF_ANALYSIS_CALL_CLASS_H
#define SCPROF_ANALYSIS_CALL_CLASS_H

enum call_class {
	CALL_OTHER,
	CALL_READ,  /* from a file, pipe or socket: read, pread64, readv, … */
	CALL_WRITE, /* to a file, pipe or socket */
	CALL_RECEIVE,
	CALL_SEND,
	CALL_TRANSFER, /* sendfile, splice, copy_file_range */
	CALL_SEEK,
	CALL_OPEN,
	CALL_CLOSE,
	CALL_STAT,
	CALL_DIRECTORY, /* getdents64 */
	CALL_SYNC,
	CALL_MAP,
	CALL_UNMAP,
	CALL_BRK,
	CALL_ADVISE,
	CALL_PROTECT,
	CALL_FUTEX,
	CALL_POLL, /* poll, select, epoll_wait and similar calls */
	CALL_SLEEP,
	CALL_CLOCK,
	CALL_WAIT, /* for a child */
	CALL_LISTEN,
	CALL_ACCEPT,
	CALL_CONNECT,
	CALL_LOCK, /* flock; fcntl can lock too, but its name does not show it */
	CALL_FORK, /* also for a new thread, because clone makes both */
	CALL_EXEC,
	CALL_IDENTITY, /* getpid, getuid and others whose answer rarely changes */
	CALL_RANDOM,
	CALL_YIELD,
	CALL_MASK, /* rt_sigprocmask */
	CALL_RING_SETUP,
	CALL_RING_ENTER,
	NR_CALL_CLASSES
};

/* Returns the class of the system call @name. */
enum call_class call_class_of(const char *name);

enum call_role {
	ROLE_NONE,
	ROLE_ALLOCATE, /* malloc and similar functions */
	ROLE_FREE,
	ROLE_LOCK,	/* waiting for a mutex, rwlock or spinlock of the library */
	ROLE_WAKE,	/* releasing a lock, or signalling a condition */
	ROLE_CONDITION, /* waiting for a condition variable, barrier or semaphore */
	ROLE_JOIN,
	ROLE_NEW_THREAD,
	ROLE_LOCAL_TIME, /* localtime, mktime, strftime: they examine the time zone's file */
	ROLE_CONTEXT,	 /* swapcontext, sigsetjmp: they save the signal mask */
	NR_CALL_ROLES
};

/* Returns the role of the library function @name. */
enum call_role call_role_of(const char *name);

#endif
