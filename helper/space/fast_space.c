/* SPDX-License-Identifier: MIT */
/*
 * Arrays grow at powers of two, so there is no capacity to store. A forked process gets copies of
 * them.
 */
#include "helper/space/fast_space.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "helper/space/area_memory.h"
#include "helper/trace/remote_memory.h"
#include "profile/util/xalloc.h"
#include "scprof/gate.h"
#include "scprof/thread_area.h"

struct fast_space *fast_space_new(void)
{
	return xcalloc(1, sizeof(struct fast_space));
}

static size_t power_of_two_above(size_t nr)
{
	size_t result = 1;

	while (result < nr)
		result *= 2;
	return result;
}

static void *copy_array(const void *from, size_t nr, size_t size)
{
	void *to = xcalloc(power_of_two_above(nr), size);

	if (nr)
		memcpy(to, from, nr * size);
	return to;
}

/* A forked process inherits patched code and memory. */
struct fast_space *fast_space_copy(const struct fast_space *from)
{
	struct fast_space *fast = fast_space_new();

	fast->is_refused = from->is_refused;
	fast->refusal = from->refusal;
	fast->has_gate = from->has_gate;
	fast->program = from->program;
	fast->handles_sigsys = from->handles_sigsys;
	fast->is_copy = true;
	fast->nr_sites = from->nr_sites;
	fast->sites = copy_array(from->sites, from->nr_sites, sizeof(*from->sites));
	fast->nr_files = from->nr_files;
	fast->files = copy_array(from->files, from->nr_files, sizeof(*from->files));
	fast->nr_pools = from->nr_pools;
	fast->pools = copy_array(from->pools, from->nr_pools, sizeof(*from->pools));
	fast->nr_restored = from->nr_restored;
	fast->nr_chunks = from->nr_chunks;
	fast->chunks = copy_array(from->chunks, from->nr_chunks, sizeof(*from->chunks));
	for (unsigned int i = 0; i < fast->nr_chunks; i++)
		fast->chunks[i]->refs++;
	return fast;
}

void fast_space_free(struct fast_space *fast)
{
	for (unsigned int i = 0; i < fast->nr_chunks; i++)
		area_memory_put(fast->chunks[i]);
	free(fast->chunks);
	free(fast->sites);
	free(fast->files);
	free(fast->pools);
	free(fast);
}

struct fast_site *fast_space_find_site(struct fast_space *fast, uint64_t ip)
{
	for (unsigned int i = 0; i < fast->nr_sites; i++) {
		struct fast_site *site = &fast->sites[i];
		if (site->ip == ip || (site->is_patched && site->site.return_addr == ip))
			return site;
	}
	return NULL;
}

struct fast_site *fast_space_add_site(struct fast_space *fast, uint64_t ip)
{
	if ((fast->nr_sites & (fast->nr_sites - 1)) == 0)
		fast->sites =
			xreallocarray(fast->sites, fast->nr_sites ? 2 * (size_t)fast->nr_sites : 1,
				      sizeof(*fast->sites));
	fast->sites[fast->nr_sites] = (struct fast_site){ .ip = ip };
	return &fast->sites[fast->nr_sites++];
}

void fast_space_keep_sites(struct fast_space *fast, unsigned int nr)
{
	fast->sites = xreallocarray(fast->sites, power_of_two_above(nr), sizeof(*fast->sites));
	fast->nr_sites = nr;
}

static bool write_noted(pid_t tid, struct address_range range)
{
	const struct gate_range noted = { range.start, range.end };

	return remote_memory_write(tid, GATE_DATA_ADDR + offsetof(struct gate_data, noted), &noted,
				   sizeof(noted));
}

void fast_space_note_code(struct fast_space *fast, pid_t tid, struct address_range range)
{
	if (range.start == fast->noted.start && range.end == fast->noted.end)
		return;
	if (write_noted(tid, range))
		fast->noted = range;
}

bool fast_space_forget_noted(struct fast_space *fast, pid_t tid)
{
	if (fast->noted.start == fast->noted.end)
		return false;
	fast->noted = (struct address_range){ 0, 0 };
	write_noted(tid, fast->noted);
	return true;
}

void fast_space_refuse(struct fast_space *fast, const char *why)
{
	if (!fast->is_refused)
		fast->refusal = why;
	fast->is_refused = true;
}

bool fast_space_has_free_area(const struct fast_space *fast)
{
	for (unsigned int i = 0; i < fast->nr_chunks; i++)
		if (!fast_chunk_is_taken(fast->chunks[i]))
			return true;
	return fast->is_full || fast->nr_chunks == FAST_MAX_CHUNKS;
}

unsigned int fast_space_nr_free_areas(const struct fast_space *fast)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < fast->nr_chunks; i++)
		nr += fast->chunks[i]->nr_areas -
		      (unsigned int)__builtin_popcount(fast->chunks[i]->taken);
	return nr;
}

struct fast_chunk *fast_space_take_area(const struct fast_space *fast, unsigned int *index)
{
	for (unsigned int i = fast->nr_chunks; i-- > 0;) {
		struct fast_chunk *chunk = fast->chunks[i];
		if (fast_chunk_is_taken(chunk))
			continue;
		*index = fast_chunk_take(chunk);
		return chunk;
	}
	return NULL;
}
