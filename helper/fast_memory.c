/* SPDX-License-Identifier: MIT */
/*
 * Gate, areas and pools are mapped by calls injected into the process, and then written through
 * /proc/PID/mem; so nothing needs to be loaded into it, and a static program is as good as any.
 */
#include "helper/fast_memory.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helper/debug.h"
#include "helper/fast_area.h"
#include "helper/inject.h"
#include "helper/remote_memory.h"
#include "profile/xalloc.h"
#include "scprof/gate.h"

#define REACH	       0x70000000 /* of a 32-bit displacement, with some to spare */
#define PLACES_IN_GAP  16
#define PLACE_DISTANCE (16ull << 20)

static bool is_failure(int64_t result)
{
	return result < 0 && result > -4096;
}

static int64_t inject_mmap(struct injection *injection, uint64_t addr, uint64_t size,
			   int protection, int flags, int fd)
{
	const uint64_t args[6] = { addr, size, (uint64_t)protection, (uint64_t)flags,
				   (uint64_t)fd };

	return inject_call(injection, SYS_mmap, args);
}

/* Code of the helper's in the process: private memory, written through /proc. */
static bool map_code(struct injection *injection, uint64_t addr, uint64_t size)
{
	return inject_mmap(injection, addr, size, PROT_READ | PROT_EXEC,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1) == (int64_t)addr;
}

static bool make_gate(struct injection *injection, struct fast_space *fast)
{
	size_t size = (size_t)(__stop_gate_text - __start_gate_text);
	uint64_t word;

	/* A copy may say more than there is: the gate may have come while a thread was in fork. */
	if (fast->is_copy && fast->has_gate)
		fast->has_gate = remote_memory_word(injection->tid, GATE_ADDR, &word);
	fast->is_copy = false;
	if (fast->has_gate)
		return true;
	if (!map_code(injection, GATE_ADDR, GATE_SIZE) ||
	    !remote_memory_write(injection->tid, GATE_ADDR, __start_gate_text, size))
		return false;
	fast_stats_mutable()->gates++;
	fast->has_gate = true;
	return true;
}

/* Takes over the memory behind @fd of the process. */
static void *take_memory(pid_t tgid, int fd, size_t size)
{
	int pidfd = (int)syscall(SYS_pidfd_open, tgid, 0);
	int own = pidfd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
	void *memory = MAP_FAILED;

	if (own >= 0 && ftruncate(own, (off_t)size) == 0)
		memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, own, 0);
	if (own >= 0)
		close(own);
	if (pidfd >= 0)
		close(pidfd);
	return memory;
}

/*
 * Makes memory for areas in the process and takes it over; its fd does not stay there. Children do
 * not get it: their threads have areas of their own.
 */
static bool make_areas(struct injection *injection, struct fast_space *fast)
{
	const uint64_t size = (uint64_t)FAST_CHUNK_AREAS * THREAD_AREA_SIZE;
	/* The blank area serves as the empty name. */
	const uint64_t create[6] = { GATE_BLANK_ADDR, MFD_CLOEXEC };
	struct fast_chunk chunk;
	int64_t fd, addr = -1;

	if (fast_area_is_free(fast))
		return true;
	fd = inject_call(injection, SYS_memfd_create, create);
	if (is_failure(fd))
		return false;
	chunk.memory = take_memory(tracee_find(injection->tid)->process->tgid, (int)fd, size);
	if (chunk.memory != MAP_FAILED)
		addr = inject_mmap(injection, FAST_AREAS_START, size, PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_NORESERVE, (int)fd);
	inject_call(injection, SYS_close, (const uint64_t[6]){ (uint64_t)fd });
	if (is_failure(addr)) {
		if (chunk.memory != MAP_FAILED)
			munmap(chunk.memory, size);
		return false;
	}
	chunk.addr = (uint64_t)addr;
	inject_call(injection, SYS_madvise, (const uint64_t[6]){ chunk.addr, size, MADV_DONTFORK });
	fast->chunks = xreallocarray(fast->chunks, fast->nr_chunks + 1, sizeof(*fast->chunks));
	fast->chunks[fast->nr_chunks++] = chunk;
	return true;
}

static bool is_in_reach(uint64_t a, uint64_t b)
{
	return (a > b ? a - b : b - a) < REACH;
}

/*
 * Places for a pool that @addr can reach, in gaps between the regions of @layout: well away from
 * their ends, where stacks and heaps grow. Returns the @number-th, or 0 when there are no more.
 */
static uint64_t find_place(const struct layout *layout, uint64_t addr, unsigned int number)
{
	uint64_t start = GATE_ADDR + GATE_SIZE;

	for (unsigned int i = 0; i < layout->nr_regions; start = layout->regions[i++].end) {
		uint64_t end = layout->regions[i].start;

		if (end < start)
			continue;

		for (unsigned int j = 1; j <= PLACES_IN_GAP; j++) {
			uint64_t place = end - j * PLACE_DISTANCE;
			if (end - start < (j + 1) * PLACE_DISTANCE || !is_in_reach(place, addr))
				break;
			if (number-- == 0)
				return place;
		}
	}
	return 0;
}

static bool make_pool(struct injection *injection, struct fast_space *fast,
		      const struct layout *layout, uint64_t addr)
{
	uint64_t pool;
	unsigned int i = 0;

	if (fast->nr_pools && fast->nr_stubs < FAST_POOL_SIZE / FAST_STUB_SIZE &&
	    is_in_reach(fast->pools[fast->nr_pools - 1], addr))
		return true;
	/* Something may be there that the layout has not: the kernel refuses, the next is tried. */
	do {
		pool = find_place(layout, addr, i++);
	} while (pool && !map_code(injection, pool, FAST_POOL_SIZE) && !injection->has_failed);
	if (!pool || injection->has_failed)
		return false;
	fast->pools = xreallocarray(fast->pools, fast->nr_pools + 1, sizeof(*fast->pools));
	fast->pools[fast->nr_pools++] = pool;
	fast->nr_stubs = 0;
	return true;
}

bool fast_memory_prepare(struct tracee *tracee, struct fast_space *fast, uint64_t patch_addr)
{
	struct layout *layout = tracee_layout(tracee);
	struct injection injection;
	bool is_ready;

	if (!inject_begin(&injection, tracee->tid))
		return false;
	is_ready = make_gate(&injection, fast) && make_areas(&injection, fast) &&
		   make_pool(&injection, fast, layout, patch_addr);
	if (!is_ready && !injection.has_failed)
		fast->is_refused = true;
	debug(fast, "%d: prepared: %d", (int)tracee->tid, is_ready);
	return inject_end(&injection);
}
