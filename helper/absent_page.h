/* SPDX-License-Identifier: MIT */
/*
 * Reading of memory some of whose pages may have to be provided by a tracee: userfaultfd(2) lets a thread fill the
 * pages that others touch, and a mapped file's pages come from its file system, which may be a FUSE daemon's.
 */
#ifndef SCPROF_HELPER_ABSENT_PAGE_H
#define SCPROF_HELPER_ABSENT_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * From now on, memory is read so that nobody is waited for: a page that is not there yet may be one that a tracee
 * must provide.
 */
void absent_page_expect(void);
bool absent_page_is_expected(void);

/* Returns false when the byte at @addr would have to be waited for. */
bool absent_page_has_come(pid_t tid, uint64_t addr);

/* As remote_memory_read. What is on a page that is not there in time, and behind it, is not read. */
size_t absent_page_read(pid_t tid, uint64_t addr, void *buffer, size_t size);

#endif
