/* SPDX-License-Identifier: MIT */
/*
 * Reads and writes a tracee's memory. Normally it uses process_vm_readv(2). If that is not
 * permitted, because a process made itself undumpable, it uses /proc/PID/mem or ptrace, one word at
 * a time. ptrace is always permitted.
 */
#ifndef SCPROF_HELPER_TRACE_REMOTE_MEMORY_H
#define SCPROF_HELPER_TRACE_REMOTE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Reads up to @size bytes at @addr of the stopped thread @tid. Returns how many it could read from
 * the start on: less than @size if the memory ends before.
 */
size_t remote_memory_read(pid_t tid, uint64_t addr, void *buffer, size_t size);

/* Reads one word at @addr. Returns false if it is not readable. */
bool remote_memory_word(pid_t tid, uint64_t addr, uint64_t *value);

#define REMOTE_MEMORY_MAX_WORDS 64

/*
 * Returns true if the @nr words at @addrs, at most so many, are readable and equal those of
 * @expected.
 */
bool remote_memory_has_words(pid_t tid, const uint64_t *addrs, const uint64_t *expected,
			     unsigned int nr);

/*
 * Writes one word at @addr, even into memory that is read-only for the thread. Returns false if no
 * memory is mapped there.
 */
bool remote_memory_write_word(pid_t tid, uint64_t addr, uint64_t value);

/*
 * Writes @size bytes at @addr, even into private read-only memory. Returns false if it could not
 * write all of them.
 */
bool remote_memory_write(pid_t tid, uint64_t addr, const void *bytes, size_t size);

/*
 * Returns a descriptor for several such writes, in which offsets are addresses, or -1. It is valid
 * until the next call of this module.
 */
int remote_memory_open(pid_t tid);
/* The thread has ended or executed a program. Closes the descriptor of its memory. */
void remote_memory_forget(pid_t tid);

#endif
