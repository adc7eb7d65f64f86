// SPDX-License-Identifier: MIT
/*
 * The layout of the file in which soak_load and its plugin count their system calls.
 * tests/soak/soak reads the file, and relies on the order of the kinds and on the sizes below.
 */
#ifndef SCPROF_TESTS_SOAK_COUNTS_H
#define SCPROF_TESTS_SOAK_COUNTS_H

#include <stdint.h>

enum soak_kind {
	SOAK_THREAD,	  /* getppid */
	SOAK_FORK,	  /* fork */
	SOAK_FORKED,	  /* getpgid */
	SOAK_EXEC,	  /* execve */
	SOAK_EXECUTED,	  /* getsid */
	SOAK_HANDLER,	  /* getpriority */
	SOAK_PLUGIN,	  /* getegid */
	SOAK_COROUTINE,	  /* getgroups */
	SOAK_INTERRUPTED, /* epoll_wait */
	SOAK_FAILED,	  /* fchdir */
	SOAK_NR_KINDS,
};

#define SOAK_MAX_VICTIMS 65536

/* All processes and threads add to these atomically. */
struct soak_kind_counts {
	uint64_t began;
	uint64_t ended;
	uint64_t errors;
};

/* A child that makes geteuid calls until it is killed. */
struct soak_victim {
	int64_t pid;
	uint64_t began;
	uint64_t ended;
};

struct soak_counts {
	uint64_t is_over; /* the main process sets it, and then all others end */
	uint64_t nr_victims;
	struct soak_kind_counts kinds[SOAK_NR_KINDS];
	struct soak_victim victims[SOAK_MAX_VICTIMS];
};

#endif
