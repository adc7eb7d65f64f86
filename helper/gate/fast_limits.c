/* SPDX-License-Identifier: MIT */
/*
 * Small areas suffice for three threads within 256 KiB. For further threads a process with a limit
 * gets more of them only while it is far from its limit. The areas of a process that has several
 * threads when it sets a limit stay as large as they are, because the threads may be using them.
 */
#include "helper/gate/fast_limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "helper/space/area_memory.h"
#include "helper/space/fast_chunk.h"
#include "helper/space/selector.h"
#include "scprof/thread_area.h"

#define AMPLE	   (64ull << 20) /* a process with this many bytes left is far from its limit */
#define PAGE_BYTES 4096u

/*
 * Reads the limit as text, which needs no permission (proc(5), /proc/pid/limits). Returns 0 if the
 * helper cannot read the limit, because the limit may be low.
 */
static uint64_t read_limit(pid_t tid)
{
	char path[64], line[256], word[32];
	uint64_t limit = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/limits", (int)tid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "Max address space %31s", word) != 1)
			continue;
		limit = strcmp(word, "unlimited") == 0 ? UINT64_MAX : strtoull(word, NULL, 10);
		break;
	}
	if (file)
		fclose(file);
	return limit;
}

/*
 * Returns how many bytes of address space the process may have. In a container, root often has no
 * CAP_SYS_RESOURCE. Then it may not use prlimit(2) for processes of other users.
 */
static uint64_t address_space_limit(pid_t tid)
{
	struct rlimit limit;

	if (prlimit(tid, RLIMIT_AS, NULL, &limit) < 0)
		return read_limit(tid);
	return limit.rlim_cur == RLIM_INFINITY ? UINT64_MAX : limit.rlim_cur;
}

/* Returns how many bytes of address space the process has, or UINT64_MAX. */
static uint64_t address_space_size(pid_t tid)
{
	unsigned long long nr_pages;
	char path[64];
	FILE *file;
	int nr;

	snprintf(path, sizeof(path), "/proc/%d/statm", (int)tid);
	file = fopen(path, "re");
	if (!file)
		return UINT64_MAX;
	nr = fscanf(file, "%llu", &nr_pages);
	fclose(file);
	return nr == 1 ? nr_pages * PAGE_BYTES : UINT64_MAX;
}

static bool is_limited(pid_t tid, const struct fast_space *fast)
{
	return fast->locks_memory || fast->limits_space || address_space_limit(tid) != UINT64_MAX;
}

static bool is_far_from_limit(pid_t tid, const struct fast_space *fast)
{
	uint64_t limit = address_space_limit(tid), size = address_space_size(tid);

	return !fast->locks_memory && limit > size && limit - size >= AMPLE;
}

struct fast_chunk fast_limits_chunk(pid_t tid, const struct fast_space *fast)
{
	if (is_limited(tid, fast))
		return (struct fast_chunk){
			.area_size = SMALL_AREA_SIZE,
			.nr_areas = FAST_SMALL_AREAS,
		};
	return (struct fast_chunk){
		.area_size = THREAD_AREA_SIZE,
		.nr_areas = FAST_CHUNK_AREAS,
	};
}

void fast_limits_unmap(struct injection *injection, struct tracee *tracee)
{
	struct fast_space *fast = tracee->process->space->fast;

	if (!selector_disarm(tracee, injection))
		return;
	while (fast->nr_chunks) {
		struct fast_chunk *chunk = fast->chunks[fast->nr_chunks - 1];
		const uint64_t args[6] = { chunk->addr, fast_chunk_size(chunk) };

		if (inject_call(injection, SYS_munmap, args) < 0)
			return;
		fast->nr_chunks--;
		area_memory_put(chunk);
	}
}

void fast_limits_make_room(struct injection *injection, struct tracee *tracee)
{
	struct fast_space *fast = tracee->process->space->fast;

	if (!fast->nr_chunks || !is_limited(tracee->tid, fast))
		return;
	if (tracee_is_alone(tracee) && !tracee->gate->area)
		fast_limits_unmap(injection, tracee);
	fast->is_full = fast->nr_chunks && !is_far_from_limit(tracee->tid, fast);
}
