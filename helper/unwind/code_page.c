/* SPDX-License-Identifier: MIT */
/*
 * A hash table of pages, by thread and address. If a new thread has the number of an old one, or a
 * thread executes another program, their calls are later than the page, so it is read again.
 */
#include "helper/unwind/code_page.h"

#include <stdlib.h>
#include <string.h>

#include "helper/trace/remote_memory.h"
#include "profile/util/xalloc.h"

#define PAGE_BYTES 4096u
#define NR_PAGES   128u /* a power of two */

struct code_page {
	pid_t tid;
	uint64_t addr;
	uint64_t ticks; /* TSC before the page was read */
	uint8_t *bytes; /* NULL: the page was never read, or could not be read */
};

static struct code_page pages[NR_PAGES];

static struct code_page *place_of(pid_t tid, uint64_t addr)
{
	uint64_t key = addr / PAGE_BYTES + ((uint64_t)tid << 36);

	return &pages[(key * 0x9e3779b97f4a7c15u) >> 32 & (NR_PAGES - 1)];
}

/* Reads the page. Returns false if it cannot read all of it. */
static bool fill(struct code_page *page, pid_t tid, uint64_t addr)
{
	uint8_t *bytes = page->bytes ? page->bytes : xmalloc(PAGE_BYTES);

	*page = (struct code_page){ tid, addr, __builtin_ia32_rdtsc(), bytes };
	if (remote_memory_read(tid, addr, bytes, PAGE_BYTES) == PAGE_BYTES)
		return true;
	free(bytes);
	page->bytes = NULL;
	return false;
}

bool code_page_word(pid_t tid, uint64_t addr, uint64_t since, uint64_t *value)
{
	uint64_t skip = addr % PAGE_BYTES;
	struct code_page *page = place_of(tid, addr - skip);
	bool is_kept =
		page->bytes && page->tid == tid && page->addr == addr - skip && page->ticks > since;

	if (since == CODE_PAGE_NOW || skip > PAGE_BYTES - sizeof(*value) ||
	    (!is_kept && !fill(page, tid, addr - skip)))
		return remote_memory_word(tid, addr, value);
	memcpy(value, page->bytes + skip, sizeof(*value));
	return true;
}
