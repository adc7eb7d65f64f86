/* SPDX-License-Identifier: MIT */
/*
 * /proc/PID/pagemap says which pages are present (Documentation/admin-guide/mm/pagemap.rst). The
 * tracing thread reads these at once. Threads of helper/base/aside.c read all others, one page at a
 * time. If a page is late, the helper does not request it again until that read has ended.
 */
#include "helper/trace/absent_page.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "helper/base/aside.h"
#include "helper/base/debug.h"
#include "profile/util/xalloc.h"

#define PAGE_BYTES   4096u
#define PAGE_PRESENT (1ull << 63)

struct page_read {
	struct aside_job job;
	struct page_read *next; /* in the list of reads that were late */
	pid_t tid;
	uint64_t addr;
	size_t size;
	size_t got;
	uint8_t bytes[PAGE_BYTES];
};

static struct page_read *late;
static bool is_expected;

void absent_page_expect(void)
{
	is_expected = true;
}

bool absent_page_is_expected(void)
{
	return is_expected;
}

static size_t read_piece(pid_t tid, uint64_t addr, void *buffer, size_t size)
{
	struct iovec local = { .iov_base = buffer, .iov_len = size };
	struct iovec remote = { .iov_base = (void *)(uintptr_t)addr, .iov_len = size };
	ssize_t got = process_vm_readv(tid, &local, 1, &remote, 1, 0);

	return got < 0 ? 0 : (size_t)got;
}

static void read_aside(struct aside_job *job)
{
	struct page_read *read = (struct page_read *)job;

	read->got = read_piece(read->tid, read->addr, read->bytes, read->size);
}

static void release(struct aside_job *job)
{
	free(job);
}

static uint64_t page_of(uint64_t addr)
{
	return addr / PAGE_BYTES;
}

/* Returns true if a late read of this page has not ended. Frees the reads that have ended. */
static bool is_late(pid_t tid, uint64_t addr)
{
	bool is_found = false;

	for (struct page_read **link = &late; *link;) {
		struct page_read *read = *link;

		if (aside_is_done(&read->job)) {
			*link = read->next;
			free(read);
			continue;
		}
		is_found |= read->tid == tid && page_of(read->addr) == page_of(addr);
		link = &read->next;
	}
	return is_found;
}

/* Reads @size bytes at @addr, which are on one page. Returns how many it could read. */
static size_t read_absent(pid_t tid, uint64_t addr, void *buffer, size_t size)
{
	struct page_read *read;
	size_t got;

	if (is_late(tid, addr))
		return 0;
	read = xcalloc(1, sizeof(*read));
	read->job = (struct aside_job){ .work = read_aside, .release = release };
	read->tid = tid;
	read->addr = addr;
	read->size = size;
	if (!aside_start(&read->job)) {
		free(read);
		return 0;
	}
	if (!aside_wait(&read->job, aside_patience_ms())) {
		debug(unwind, "%d: the page at %lx is not provided", (int)tid, (unsigned long)addr);
		aside_be_impatient();
		read->next = late;
		late = read;
		return 0;
	}
	got = read->got;
	memcpy(buffer, read->bytes, got);
	free(read);
	return got;
}

static bool is_present(int pagemap, uint64_t addr)
{
	uint64_t entry;

	return pagemap >= 0 &&
	       pread(pagemap, &entry, sizeof(entry), (off_t)(page_of(addr) * sizeof(entry))) ==
		       sizeof(entry) &&
	       entry & PAGE_PRESENT;
}

size_t absent_page_read(pid_t tid, uint64_t addr, void *buffer, size_t size)
{
	char name[64];
	size_t done = 0;
	int pagemap;

	snprintf(name, sizeof(name), "/proc/%d/pagemap", (int)tid);
	pagemap = open(name, O_RDONLY | O_CLOEXEC);
	while (done < size) {
		uint64_t at = addr + done;
		size_t part = PAGE_BYTES - (size_t)(at % PAGE_BYTES), got;
		uint8_t *to = (uint8_t *)buffer + done;

		if (part > size - done)
			part = size - done;
		got = is_present(pagemap, at) ? read_piece(tid, at, to, part)
					      : read_absent(tid, at, to, part);
		done += got;
		if (got < part)
			break;
	}
	if (pagemap >= 0)
		close(pagemap);
	return done;
}

bool absent_page_has_come(pid_t tid, uint64_t addr)
{
	uint8_t byte;

	return !is_expected || absent_page_read(tid, addr, &byte, 1) == 1;
}
