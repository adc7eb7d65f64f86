/* SPDX-License-Identifier: MIT */
/*
 * Macros and functions that the tracees share. A tracee is a small program that makes certain
 * system calls from certain functions. It checks that it sees no difference when it is traced. It
 * exits with 0, or with the status that its test expects. RAW_CALL* are macros, so that the call
 * site has no frame of its own.
 */
#ifndef SCPROF_TESTS_LIVE_TRACEE_H
#define SCPROF_TESTS_LIVE_TRACEE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRACEE_FAILED 99

/*
 * Keeps a function on the stack: it is not inlined, and BARRIER() at its end prevents a tail call.
 */
#define NOINLINE  __attribute__((noinline, unused))
#define BARRIER() __asm__ volatile("" ::: "memory")

#define CHECK(condition)                                                                   \
	do {                                                                               \
		if (!(condition)) {                                                        \
			fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #condition, \
				strerror(errno));                                          \
			_exit(TRACEE_FAILED);                                              \
		}                                                                          \
	} while (0)

#ifdef __x86_64__
#define RAW_CALL0(nr)                                       \
	({                                                  \
		long result_;                               \
		__asm__ volatile("syscall"                  \
				 : "=a"(result_)            \
				 : "0"((long)(nr))          \
				 : "rcx", "r11", "memory"); \
		result_;                                    \
	})
#define RAW_CALL3(nr, a, b, c)                                                                     \
	({                                                                                         \
		long result_;                                                                      \
		__asm__ volatile("syscall"                                                         \
				 : "=a"(result_)                                                   \
				 : "0"((long)(nr)), "D"((long)(a)), "S"((long)(b)), "d"((long)(c)) \
				 : "rcx", "r11", "memory");                                        \
		result_;                                                                           \
	})
#endif

/* Waits for @pid. Returns its exit status, or 128 plus the signal that killed it. */
static inline int wait_for(pid_t pid)
{
	int status;

	CHECK(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static inline int argument(int argc, char **argv, int index, int otherwise)
{
	return argc > index ? atoi(argv[index]) : otherwise;
}

#endif
