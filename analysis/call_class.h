/* SPDX-License-Identifier: MIT */
/*
 * What a finding needs to know of a system call: its class, by name, so that it is the same in
 * every ABI; and on whose behalf the C library made it, by the names of the library's functions in
 * the stack. Names are those of glibc, musl, and the usual other allocators.
 */
#ifndef SCPROF_ANALYSIS_CALL_CLASS_H
#define SCPROF_ANALYSIS_CALL_CLASS_H

enum call_class {
	CALL_OTHER,
	CALL_READ,  /* from a file, pipe or socket: read, pread64, readv, … */
	CALL_WRITE, /* to one */
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
	CALL_POLL, /* poll, select, epoll_wait and their kin */
	CALL_SLEEP,
	CALL_CLOCK,
	CALL_WAIT, /* for a child */
	CALL_LISTEN,
	CALL_ACCEPT,
	CALL_CONNECT,
	CALL_LOCK, /* flock; fcntl may lock too, but its name does not say so */
	CALL_FORK, /* or a thread: clone has one name for both */
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
	ROLE_ALLOCATE, /* malloc and its kin */
	ROLE_FREE,
	ROLE_LOCK,	/* waiting for a mutex, rwlock or spin of the library */
	ROLE_WAKE,	/* letting a lock go, or signalling a condition */
	ROLE_CONDITION, /* waiting for a condition variable, barrier or semaphore */
	ROLE_JOIN,
	ROLE_NEW_THREAD,
	ROLE_LOCAL_TIME, /* localtime, mktime, strftime: they look at the time zone's file */
	ROLE_CONTEXT,	 /* swapcontext, sigsetjmp: they save the signal mask */
	NR_CALL_ROLES
};

/* Returns what the function @name, one of a library's, does for its caller. */
enum call_role call_role_of(const char *name);

#endif
