/* SPDX-License-Identifier: MIT */
/*
 * Reads memory whose absent pages a tracee may have to provide. With userfaultfd(2), a thread fills
 * the pages that other threads access. The pages of a mapped file may come from a FUSE daemon.
 */
#ifndef SCPROF_HELPER_TRACE_ABSENT_PAGE_H
#define SCPROF_HELPER_TRACE_ABSENT_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * From now on, the tracing thread waits only a limited time when it reads memory, because a tracee
 * may have to provide an absent page.
 */
void absent_page_expect(void);
bool absent_page_is_expected(void);

/* Returns true if the byte at @addr can be read without a long wait. */
bool absent_page_has_come(pid_t tid, uint64_t addr);

/* Like remote_memory_read, but ends the read before the first page that is not present in time. */
size_t absent_page_read(pid_t tid, uint64_t addr, void *buffer, size_t size);

#endif
