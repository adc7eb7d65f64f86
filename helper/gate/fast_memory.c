/* SPDX-License-Identifier: MIT */
/*
 * Injected calls map the gate, the areas and the pools in the process, and the helper writes to
 * them through /proc/PID/mem. So nothing needs to be loaded into the process, and this works in
 * static programs too.
 */
#include "helper/gate/fast_memory.h"

#include <errno.h>
#include <linux/membarrier.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helper/base/debug.h"
#include "helper/gate/fast_limits.h"
#include "helper/gate/fast_place.h"
#include "helper/gate/fast_stats.h"
#include "helper/gate/gate_calls.h"
#include "helper/space/area_memory.h"
#include "helper/space/fast_chunk.h"
#include "helper/space/selector.h"
#include "helper/space/tracee_inject.h"
#include "helper/trace/late_call.h"
#include "helper/trace/remote_memory.h"
#include "helper/trace/user_dispatch.h"
#include "profile/util/xalloc.h"
#include "scprof/gate.h"

#define STUBS_PER_POOL (FAST_POOL_SIZE / FAST_STUB_SIZE)
#define MAX_OWN_RANGES 8

/*
 * The number of free areas that a process gets before it installs a filter that denies memory for
 * areas. They are for the threads that the process creates later.
 */
#define NR_RESERVED 48

_Static_assert(GATE_DATA_ADDR + sizeof(struct gate_data) <= GATE_ADDR + GATE_SIZE, "one page");

static struct gate_data
	gate_data; /* the calls are the same in all processes; the code is what was written last */

static int64_t inject_mmap(struct injection *injection, uint64_t addr, uint64_t size,
			   int protection, int flags, int fd)
{
	const uint64_t args[6] = { addr, size, (uint64_t)protection, (uint64_t)flags,
				   (uint64_t)fd };

	return inject_call(injection, SYS_mmap, args);
}

/* Maps private memory in the process for code, which the helper then writes through /proc. */
static bool map_code(struct injection *injection, uint64_t addr, uint64_t size)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS, protection = PROT_READ | PROT_EXEC;
	int64_t result =
		inject_mmap(injection, addr, size, protection, flags | MAP_FIXED_NOREPLACE, -1);

	/*
	 * A filter may deny MAP_FIXED_NOREPLACE. Without this flag, the kernel may choose another
	 * address.
	 */
	if (result == -EPERM && injection->is_denied)
		result = inject_mmap(injection, addr, size, protection, flags, -1);
	if (result == (int64_t)addr)
		return true;
	if (result > 0)
		inject_call(injection, SYS_munmap, (const uint64_t[6]){ (uint64_t)result, size });
	return false;
}

static bool overlap(uint64_t start, uint64_t size, uint64_t other, uint64_t other_size)
{
	/* If two ranges overlap, one begins in the other. */
	return start - other < other_size || other - start < size;
}

bool fast_memory_has_areas(const struct fast_space *fast, uint64_t addr, uint64_t size)
{
	for (unsigned int i = 0; i < fast->nr_chunks; i++)
		if (overlap(fast->chunks[i]->addr, fast_chunk_size(fast->chunks[i]), addr, size))
			return true;
	return false;
}

bool fast_memory_is_ours(const struct fast_space *fast, uint64_t addr, uint64_t size)
{
	if (!size)
		return false;
	if (overlap(GATE_ADDR, GATE_SIZE, addr, size))
		return true;
	for (unsigned int i = 0; i < fast->nr_pools; i++)
		if (overlap(fast->pools[i].addr, FAST_POOL_SIZE, addr, size))
			return true;
	return fast_memory_has_areas(fast, addr, size);
}

bool fast_memory_has_gate(pid_t tid)
{
	uint8_t found[64];

	return remote_memory_read(tid, GATE_ADDR, found, sizeof(found)) == sizeof(found) &&
	       memcmp(found, __start_gate_text, sizeof(found)) == 0;
}

/* If there are too many ranges, the last one covers all further ones. */
static void add_own_range(uint64_t *nr, uint64_t start, uint64_t size)
{
	struct gate_range *last = &gate_data.code[MAX_OWN_RANGES - 1];

	if (*nr < MAX_OWN_RANGES) {
		gate_data.code[(*nr)++] = (struct gate_range){ start, start + size };
		return;
	}
	last->start = start < last->start ? start : last->start;
	last->end = start + size > last->end ? start + size : last->end;
}

/*
 * Adds scprof's own memory, because the helper must see calls that change it before they are made.
 */
static uint64_t add_own_ranges(const struct fast_space *fast)
{
	uint64_t nr = 0;

	add_own_range(&nr, GATE_ADDR, GATE_SIZE);
	for (unsigned int i = 0; i < fast->nr_pools; i++)
		add_own_range(&nr, fast->pools[i].addr, FAST_POOL_SIZE);
	for (unsigned int i = 0; i < fast->nr_chunks; i++)
		add_own_range(&nr, fast->chunks[i]->addr, fast_chunk_size(fast->chunks[i]));
	return nr;
}

void fast_memory_write_code(pid_t tid, const struct fast_space *fast, const struct layout *layout)
{
	uint64_t nr = add_own_ranges(fast);

	if (!fast_memory_has_gate(tid))
		return;
	memcpy(gate_data.calls, gate_calls(), sizeof(gate_data.calls));
	for (unsigned int i = 0; i < layout->nr_regions; i++) {
		const struct region *region = &layout->regions[i];

		if (!region->is_executable)
			continue;
		/*
		 * If there are too many ranges, the last one covers the rest of the address space.
		 */
		if (nr == GATE_MAX_CODE) {
			gate_data.code[nr - 1].end = UINT64_MAX;
			break;
		}
		gate_data.code[nr++] = (struct gate_range){ region->start, region->end };
	}
	gate_data.nr_code = nr;
	gate_data.may_add = fast->may_add;
	gate_data.noted = (struct gate_range){ fast->noted.start, fast->noted.end };
	gate_data.handles_sigsys = fast->handles_sigsys;
	remote_memory_write(tid, GATE_DATA_ADDR, &gate_data, sizeof(gate_data));
}

static bool make_gate(struct injection *injection, struct fast_space *fast,
		      const struct layout *layout)
{
	size_t size = (size_t)(__stop_gate_text - __start_gate_text);

	if (!map_code(injection, GATE_ADDR, GATE_SIZE) ||
	    !remote_memory_write(injection->tid, GATE_ADDR, __start_gate_text, size))
		return false;
	fast_memory_write_code(injection->tid, fast, layout);
	fast_stats_mutable()->gates++;
	fast->has_gate = true;
	return true;
}

static void add_chunk(struct fast_space *fast, struct fast_chunk chunk)
{
	fast->chunks = xreallocarray(fast->chunks, fast->nr_chunks + 1, sizeof(*fast->chunks));
	fast->chunks[fast->nr_chunks] = xmalloc(sizeof(chunk));
	*fast->chunks[fast->nr_chunks++] = chunk;
}

static bool make_areas_by(enum area_way way, struct injection *injection, struct fast_space *fast)
{
	struct fast_chunk chunk = fast_limits_chunk(injection->tid, fast);
	struct memory_call call;

	if (!area_memory_is_allowed(injection, way, &chunk) ||
	    !area_memory_begin(injection->tid, way, &chunk, &call) ||
	    !area_memory_end(injection, &chunk, inject_call(injection, call.nr, call.args)))
		return false;
	selector_protect(injection, &chunk);
	add_chunk(fast, chunk);
	return true;
}

/* Tries the ways until one works. */
static bool make_chunk(struct injection *injection, struct fast_space *fast,
		       const enum area_way *ways)
{
	bool is_made = false;

	for (int i = 0; i < AREA_NR_WAYS && !is_made && !injection->has_failed; i++)
		is_made = make_areas_by(ways[i], injection, fast);
	return is_made;
}

/*
 * Creates memory for areas, in the helper and in the process. A forked child has it too, and gives
 * its threads areas there.
 */
static bool make_areas(struct injection *injection, struct fast_space *fast,
		       const enum area_way *ways)
{
	return fast_space_has_free_area(fast) || make_chunk(injection, fast, ways);
}

/* Returns true if a stub and a patch at these addresses can jump to each other. */
static bool is_in_reach(uint64_t a, uint64_t b)
{
	return (a > b ? a - b : b - a) < FAST_REACH;
}

static bool has_place(const struct fast_pool *pool, uint64_t patch_addr)
{
	return pool->nr_stubs < STUBS_PER_POOL && is_in_reach(pool->addr, patch_addr);
}

bool fast_memory_has_stub(const struct fast_space *fast, uint64_t patch_addr)
{
	return fast->nr_pools && has_place(&fast->pools[fast->nr_pools - 1], patch_addr);
}

bool fast_memory_choose_pool(struct fast_space *fast, uint64_t patch_addr)
{
	for (unsigned int i = fast->nr_pools; i--;) {
		const struct fast_pool pool = fast->pools[i];

		if (!has_place(&pool, patch_addr))
			continue;
		fast->pools[i] = fast->pools[fast->nr_pools - 1];
		fast->pools[fast->nr_pools - 1] = pool;
		return true;
	}
	return false;
}

uint64_t fast_memory_next_stub(const struct fast_space *fast)
{
	const struct fast_pool *pool = &fast->pools[fast->nr_pools - 1];

	return pool->addr + (uint64_t)pool->nr_stubs * FAST_STUB_SIZE;
}

unsigned int fast_memory_nr_free_stubs(const struct fast_space *fast)
{
	return STUBS_PER_POOL - fast->pools[fast->nr_pools - 1].nr_stubs;
}

void fast_memory_take_stubs(struct fast_space *fast, unsigned int nr)
{
	fast->pools[fast->nr_pools - 1].nr_stubs += nr;
}

static void add_pool(struct fast_space *fast, uint64_t addr)
{
	fast->pools = xreallocarray(fast->pools, fast->nr_pools + 1, sizeof(*fast->pools));
	fast->pools[fast->nr_pools++] = (struct fast_pool){ .addr = addr };
}

static bool make_pool(struct injection *injection, struct fast_space *fast,
		      const struct layout *layout, uint64_t addr)
{
	uint64_t pool;
	unsigned int i = 0;

	if (fast_memory_choose_pool(fast, addr))
		return true;
	/*
	 * There may be memory that is not in the layout. Then the kernel refuses, and the next
	 * address is tried.
	 */
	do {
		pool = fast_place_find(layout, addr, i++);
	} while (pool && !map_code(injection, pool, FAST_POOL_SIZE) && !injection->has_failed);
	if (!pool && !injection->has_failed) {
		pool = fast_place_find_in_maps(injection->tid, addr);
		if (pool && !map_code(injection, pool, FAST_POOL_SIZE))
			return false;
	}
	if (!pool || injection->has_failed)
		return false;
	add_pool(fast, pool);
	return true;
}

/* The calls that gate_setup makes: the pool's mmap, then @call. */
static struct user_regs_struct setup_registers(const struct injection *injection, uint64_t pool,
					       const struct memory_call *call)
{
	struct user_regs_struct registers = injection->registers;

	registers.rax = SYS_mmap;
	registers.rdi = pool;
	registers.rsi = FAST_POOL_SIZE;
	registers.rdx = PROT_READ | PROT_EXEC;
	registers.r10 = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
	registers.r8 = (unsigned long long)-1;
	registers.r9 = 0;
	registers.rbx = (unsigned long long)call->nr;
	registers.r14 = call->args[0];
	registers.r15 = call->args[1];
	return registers;
}

/*
 * Lets the new gate set up the pool and areas, because that takes fewer stops. If one of them
 * fails, the gate leaves it out. If dispatch is set by prctl, the thread would not stop at the end
 * of this code, so the helper does the work itself.
 */
static void set_up(struct injection *injection, struct fast_space *fast, uint64_t pool,
		   const enum area_way *ways)
{
	struct fast_chunk chunk = fast_limits_chunk(injection->tid, fast);
	struct user_regs_struct registers;
	struct memory_call call;
	int i = 0;

	/* The gate does not know which calls the program's filters allow. */
	if (!pool || injection->filters || user_dispatch_is_by_prctl())
		return;
	while (i < AREA_NR_WAYS && !area_memory_begin(injection->tid, ways[i], &chunk, &call))
		i++;
	if (i == AREA_NR_WAYS)
		return;
	registers = setup_registers(injection, pool, &call);
	if (!inject_code(injection, gate_addr(gate_setup), gate_addr(gate_setup_return),
			 &registers)) {
		area_memory_end(injection, &chunk, -ESRCH);
		return;
	}
	if (registers.r13 == pool)
		add_pool(fast, pool);
	if (area_memory_end(injection, &chunk, (int64_t)registers.r15))
		add_chunk(fast, chunk);
}

bool fast_memory_end_injection(struct tracee *tracee, struct fast_space *fast,
			       struct injection *injection)
{
	bool is_back = !injection->is_late && tracee_inject_end(tracee, injection);

	if (injection->is_late) {
		fast_space_refuse(fast, "the kernel did not end a call of scprof in time");
		tracee->late = late_call_begin(injection);
	}
	return is_back;
}

static const uint64_t register_args[6] = { MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED };

bool fast_memory_register(struct tracee *tracee, struct fast_space *fast)
{
	struct injection injection;

	if (!tracee_inject(tracee, &injection))
		return false;
	fast->is_registered = inject_call(&injection, SYS_membarrier, register_args) == 0;
	return fast_memory_end_injection(tracee, fast, &injection);
}

/*
 * @is_denied says that a filter of the program denies memory for the gate or for more areas. The
 * process can still use the gate and the areas that it has.
 */
static void see_no_memory(struct fast_space *fast, bool is_denied)
{
	if (!is_denied)
		fast_space_refuse(fast, "there is no memory for the gate in its process");
	else if (!fast->has_gate)
		fast_space_refuse(fast, "a filter of the program denies memory for the gate");
	else if (!fast_space_has_free_area(fast))
		fast->is_full = true;
}

bool fast_memory_prepare(struct tracee *tracee, struct fast_space *fast, uint64_t patch_addr)
{
	const enum area_way *ways = area_memory_ways(tracee_is_alone(tracee));
	struct layout *layout = tracee_layout(tracee);
	struct injection injection;
	bool is_ready;

	if (fast->has_gate && fast_space_has_free_area(fast) &&
	    fast_memory_choose_pool(fast, patch_addr))
		return true;
	if (!tracee_inject(tracee, &injection))
		return false;
	if (!fast_space_has_free_area(fast))
		fast_limits_make_room(&injection, tracee);
	if (!fast->has_gate && make_gate(&injection, fast, layout))
		set_up(&injection, fast, fast_place_find(layout, patch_addr, 0), ways);
	/* The kernel chooses the address of the areas, so they come last. */
	is_ready = fast->has_gate && make_pool(&injection, fast, layout, patch_addr) &&
		   make_areas(&injection, fast, ways);
	if (!is_ready && !injection.has_failed)
		see_no_memory(fast, injection.is_denied);
	/* A late thread may wait for a lock that writing to its memory needs as well. */
	if (fast->has_gate && !injection.is_late)
		fast_memory_write_code(tracee->tid, fast, layout);
	debug(fast, "%d: prepared: %d", (int)tracee->tid, is_ready);
	return fast_memory_end_injection(tracee, fast, &injection);
}

/* Returns true if the filters in @later deny all ways to get memory for areas. */
static bool denies_areas(struct injection *later, const struct fast_space *fast,
			 const enum area_way *ways)
{
	const struct fast_chunk chunk = fast_limits_chunk(later->tid, fast);

	for (int i = 0; i < AREA_NR_WAYS; i++)
		if (area_memory_is_allowed(later, ways[i], &chunk))
			return false;
	return true;
}

/* A process whose memory is limited gets at most one more chunk, as it would without a filter. */
static void reserve_areas(struct injection *injection, struct fast_space *fast,
			  const enum area_way *ways)
{
	const struct fast_chunk chunk = fast_limits_chunk(injection->tid, fast);
	const unsigned int nr = chunk.area_size < THREAD_AREA_SIZE ? 1 : NR_RESERVED;
	bool is_made = true;

	while (is_made && fast_space_nr_free_areas(fast) < nr && fast->nr_chunks < FAST_MAX_CHUNKS)
		is_made = make_chunk(injection, fast, ways);
}

bool fast_memory_reserve(struct tracee *tracee, struct fast_space *fast)
{
	const enum area_way *ways = area_memory_ways(tracee_is_alone(tracee));
	struct injection injection, later = { .tid = tracee->tid, .filters = tracee->new_filters };
	const bool needs_areas = !fast->is_full && denies_areas(&later, fast, ways);
	const bool needs_barrier =
		!fast->is_registered && !inject_is_allowed(&later, SYS_membarrier, register_args);

	if (!needs_areas && !needs_barrier)
		return true;
	if (!tracee_inject(tracee, &injection))
		return false;
	if (needs_barrier)
		fast->is_registered = inject_call(&injection, SYS_membarrier, register_args) == 0;
	if (needs_areas)
		reserve_areas(&injection, fast, ways);
	if (!injection.is_late)
		fast_memory_write_code(tracee->tid, fast, tracee_layout(tracee));
	return fast_memory_end_injection(tracee, fast, &injection);
}
