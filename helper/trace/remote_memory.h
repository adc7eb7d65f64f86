/* SPDX-License-Identifier: MIT */
/*
 * Reads a tracee's memory: process_vm_readv(2), and where that is not permitted (a process that
 * made itself undumpable) /proc/PID/mem or word by word through ptrace, which stays allowed.
 */
#ifndef SCPROF_HELPER_TRACE_REMOTE_MEMORY_H
#define SCPROF_HELPER_TRACE_REMOTE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Reads up to @size bytes at @addr of the stopped thread @tid. Returns how many could be read from
 * the start on; less than @size where the memory ends.
 */
size_t remote_memory_read(pid_t tid, uint64_t addr, void *buffer, size_t size);

/* Reads one word at @addr. Returns false when it is not readable. */
bool remote_memory_word(pid_t tid, uint64_t addr, uint64_t *value);

#define REMOTE_MEMORY_MAX_WORDS 64

/* Whether the @nr words, at most so many, that lie anywhere, are readable and as @expected. */
bool remote_memory_has_words(pid_t tid, const uint64_t *addrs, const uint64_t *expected,
			     unsigned int nr);

/* Writes one word at @addr, even where the thread itself may not. False when nothing is there. */
bool remote_memory_write_word(pid_t tid, uint64_t addr, uint64_t value);

/*
 * Writes @size bytes at @addr, to read-only private memory too. False when that is not all there.
 */
bool remote_memory_write(pid_t tid, uint64_t addr, const void *bytes, size_t size);

/*
 * For several such writes: a descriptor of the memory, valid until the next call of this module, or
 * -1. Offsets are addresses.
 */
int remote_memory_open(pid_t tid);
/* The thread has ended, or has executed: it has that memory no more. */
void remote_memory_forget(pid_t tid);

#endif
