/* SPDX-License-Identifier: MIT */
/*
 * Patches many sites at once. The sites that a program uses at its start are on about ten pages.
 * One read gets the code between the first and the last site of each page, and one write for each
 * page writes the patched code back. All stubs are written together.
 */
#include "helper/gate/fast_batch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "helper/gate/fast_memory.h"
#include "helper/gate/fast_patch.h"
#include "helper/gate/fast_stats.h"
#include "helper/trace/absent_page.h"
#include "helper/trace/remote_memory.h"
#include "profile/util/xalloc.h"

#define PAGE_BYTES  4096u
#define WINDOW_SIZE (2 * PAGE_BYTES)
#define MAX_WINDOWS 64u

/* The code from the first site of a page, or its padding, to the end of the page's last site. */
struct window {
	uint64_t addr;
	size_t size;
	unsigned int first_site;
	unsigned int nr_sites;
	bool is_changed;
	uint8_t *copy; /* of the window's code; in @code */
};

/*
 * Copies of the windows, one right after the other, because each page that is used for the first
 * time costs a page fault. Allocated on first use.
 */
static uint8_t *code;
static uint8_t stubs[FAST_POOL_SIZE];

static bool has_padding(const struct site *site)
{
	return site->shape == SITE_SHORT;
}

/* Returns the address of the first byte that belongs to @site. */
static uint64_t start_of(const struct site *site)
{
	return has_padding(site) && site->pad_addr < site->patch_addr ? site->pad_addr
								      : site->patch_addr;
}

static uint64_t end_of(const struct site *site)
{
	uint64_t end = site->patch_addr + FAST_SITE_SIZE;

	return has_padding(site) && site->pad_addr + SITE_PAD_SIZE > end
		       ? site->pad_addr + SITE_PAD_SIZE
		       : end;
}

static int compare_sites(const void *a, const void *b)
{
	uint64_t x = start_of(&((const struct fast_site *)a)->site);
	uint64_t y = start_of(&((const struct fast_site *)b)->site);

	return x < y ? -1 : x > y;
}

/* Divides the @nr sites into windows. Returns how many there are; the last sites may not fit. */
static unsigned int make_windows(const struct fast_site *sites, unsigned int nr,
				 struct window windows[static MAX_WINDOWS])
{
	unsigned int nr_windows = 0;

	for (unsigned int i = 0; i < nr; i++) {
		uint64_t addr = start_of(&sites[i].site), end = end_of(&sites[i].site);
		struct window *window = nr_windows ? &windows[nr_windows - 1] : NULL;

		/*
		 * Windows must not overlap, because writing one would undo the patches of another.
		 */
		if (!window || (addr / PAGE_BYTES != window->addr / PAGE_BYTES &&
				addr >= window->addr + window->size)) {
			if (nr_windows == MAX_WINDOWS)
				break;
			window = &windows[nr_windows++];
			*window = (struct window){ .addr = addr, .first_site = i };
		}
		if (end - window->addr > WINDOW_SIZE)
			break;
		if (end - window->addr > window->size)
			window->size = end - window->addr;
		window->nr_sites++;
	}
	return nr_windows;
}

static void place_copies(struct window *windows, unsigned int nr)
{
	uint8_t *next;

	if (!code)
		code = xreallocarray(NULL, MAX_WINDOWS, WINDOW_SIZE);
	next = code;
	for (unsigned int i = 0; i < nr; i++) {
		windows[i].copy = next;
		next += windows[i].size;
	}
}

/* Reads the windows. Returns how many it could read. */
static unsigned int read_windows(pid_t tid, struct window *windows, unsigned int nr)
{
	struct iovec local[MAX_WINDOWS], remote[MAX_WINDOWS];
	unsigned int nr_read = 0;
	ssize_t got;

	place_copies(windows, nr);
	if (absent_page_is_expected()) {
		while (nr_read < nr &&
		       remote_memory_read(tid, windows[nr_read].addr, windows[nr_read].copy,
					  windows[nr_read].size) == windows[nr_read].size)
			nr_read++;
		return nr_read;
	}
	for (unsigned int i = 0; i < nr; i++) {
		local[i] =
			(struct iovec){ .iov_base = windows[i].copy, .iov_len = windows[i].size };
		remote[i] = (struct iovec){
			.iov_base = (void *)(uintptr_t)windows[i].addr,
			.iov_len = windows[i].size,
		};
	}
	got = process_vm_readv(tid, local, nr, remote, nr, 0);
	for (; nr_read < nr && got >= (ssize_t)windows[nr_read].size; nr_read++)
		got -= (ssize_t)windows[nr_read].size;
	return nr_read;
}

/* Writes the jump to the stub into our copy of the padding. Returns false if that is impossible. */
static bool patch_pad(const struct site *site, uint64_t stub_addr, uint8_t *pad)
{
	return !has_padding(site) ||
	       (fast_patch_has_padding(site, pad) && site_pad_bytes(site, stub_addr, pad));
}

/*
 * Patches the site in our copy of its @window; its stub is the @number-th. Returns false if that is
 * impossible.
 */
static bool patch_copy(const struct fast_space *fast, struct fast_site *site,
		       const struct window *window, unsigned int number)
{
	uint8_t *bytes = window->copy + (site->site.patch_addr - window->addr);
	uint8_t *pad = has_padding(&site->site)
			       ? window->copy + (site->site.pad_addr - window->addr)
			       : NULL;
	uint64_t stub_addr = fast_memory_next_stub(fast) + (uint64_t)number * FAST_STUB_SIZE;
	uint8_t patch[SITE_MAX_PATCH];
	size_t size = site_patch_bytes(&site->site, stub_addr, patch);

	if (!size || !fast_patch_has_original(&site->site, bytes) ||
	    !patch_pad(&site->site, stub_addr, pad))
		return false;
	site_place_stub(&site->site, stub_addr);
	fast_patch_make_stub(&site->site, stubs + (size_t)number * FAST_STUB_SIZE);
	memcpy(bytes, patch, size);
	site->stub_addr = stub_addr;
	site->is_patched = true;
	return true;
}

/* Patches the sites in our copies. Returns how many are patched. */
static unsigned int patch_copies(const struct fast_space *fast, struct fast_site *sites,
				 struct window *windows, unsigned int nr_windows)
{
	unsigned int room = fast_memory_nr_free_stubs(fast), nr = 0;

	for (unsigned int i = 0; i < nr_windows; i++) {
		struct window *window = &windows[i];

		for (unsigned int j = 0; j < window->nr_sites && nr < room; j++) {
			struct fast_site *site = &sites[window->first_site + j];

			if (!patch_copy(fast, site, window, nr))
				continue;
			window->is_changed = true;
			nr++;
		}
	}
	return nr;
}

static bool put(int memory, uint64_t addr, const void *bytes, size_t size)
{
	return pwrite(memory, bytes, size, (off_t)addr) == (ssize_t)size;
}

static void write_windows(int memory, struct fast_space *fast, struct fast_site *sites,
			  const struct window *windows, unsigned int nr_windows)
{
	for (unsigned int i = 0; i < nr_windows; i++) {
		const struct window *window = &windows[i];

		if (!window->is_changed || !put(memory, window->addr, window->copy, window->size))
			continue;
		for (unsigned int j = 0; j < window->nr_sites; j++) {
			const struct fast_site *site = &sites[window->first_site + j];

			if (!site->is_patched)
				continue;
			*fast_space_add_site(fast, site->ip) = *site;
			fast_stats_mutable()->patched++;
		}
	}
}

void fast_batch_patch(pid_t tid, struct fast_space *fast, struct fast_site *sites, unsigned int nr)
{
	struct window windows[MAX_WINDOWS];
	unsigned int nr_windows, nr_patched;
	int memory;

	qsort(sites, nr, sizeof(*sites), compare_sites);
	nr_windows = make_windows(sites, nr, windows);
	nr_windows = read_windows(tid, windows, nr_windows);
	nr_patched = patch_copies(fast, sites, windows, nr_windows);
	if (!nr_patched)
		return;
	memory = remote_memory_open(tid);
	if (memory < 0)
		return;
	/* A stub must exist before the jump to it. */
	if (put(memory, fast_memory_next_stub(fast), stubs, (size_t)nr_patched * FAST_STUB_SIZE)) {
		fast_memory_take_stubs(fast, nr_patched);
		write_windows(memory, fast, sites, windows, nr_windows);
	}
}
