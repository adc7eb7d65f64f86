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
	CLASS_OTHER,
	CLASS_READ,  /* from a file, pipe or socket: read, pread64, readv, … */
	CLASS_WRITE, /* to a file, pipe or socket */
	CLASS_RECEIVE,
	CLASS_SEND,
	CLASS_TRANSFER, /* sendfile, splice, copy_file_range */
	CLASS_SEEK,
	CLASS_OPEN,
	CLASS_CLOSE,
	CLASS_STAT,
	CLASS_DIRECTORY, /* getdents64 */
	CLASS_SYNC,
	CLASS_MAP,
	CLASS_UNMAP,
	CLASS_BRK,
	CLASS_ADVISE,
	CLASS_PROTECT,
	CLASS_FUTEX,
	CLASS_POLL, /* poll, select, epoll_wait and similar calls */
	CLASS_SLEEP,
	CLASS_CLOCK,
	CLASS_WAIT, /* for a child */
	CLASS_LISTEN,
	CLASS_ACCEPT,
	CLASS_CONNECT,
	CLASS_LOCK, /* flock; fcntl can lock too, but its name does not show it */
	CLASS_FORK, /* also for a new thread, because clone makes both */
	CLASS_EXEC,
	CLASS_IDENTITY, /* getpid, getuid and others whose answer rarely changes */
	CLASS_RANDOM,
	CLASS_YIELD,
	CLASS_MASK, /* rt_sigprocmask */
	CLASS_RING_SETUP,
	CLASS_RING_ENTER,
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
