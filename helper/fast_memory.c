/* SPDX-License-Identifier: MIT */
/*
 * Gate, areas and pools are mapped by calls injected into the process, and then written through
 * /proc/PID/mem; so nothing needs to be loaded into it, and a static program is as good as any.
 */
#include "helper/fast_memory.h"

#include <errno.h>
#include <linux/membarrier.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helper/debug.h"
#include "helper/fast_area.h"
#include "helper/inject.h"
#include "helper/late_call.h"
#include "helper/remote_memory.h"
#include "profile/util/xalloc.h"
#include "scprof/gate.h"

#define REACH	       0x7ff00000 /* of a 32-bit displacement, with some to spare */
#define PLACES_IN_GAP  16
#define PLACE_DISTANCE (16ull << 20)
#define MAX_SPARES     8
#define MAX_OWN_RANGES 8
#define CHUNK_SIZE     ((uint64_t)FAST_CHUNK_AREAS * THREAD_AREA_SIZE)

_Static_assert(GATE_DATA_ADDR + sizeof(struct gate_data) <= GATE_ADDR + GATE_SIZE, "one page");

static struct gate_data
	gate_data; /* the calls are the same everywhere, the code is the last one written */

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

uint8_t *fast_memory_calls(void)
{
	return gate_data.calls;
}

static bool overlap(uint64_t start, uint64_t size, uint64_t other, uint64_t other_size)
{
	/* Of two ranges that overlap, one begins in the other. */
	return start - other < other_size || other - start < size;
}

bool fast_memory_is_ours(const struct fast_space *fast, uint64_t addr, uint64_t size)
{
	if (!size)
		return false;
	if (overlap(GATE_ADDR, GATE_SIZE, addr, size))
		return true;
	for (unsigned int i = 0; i < fast->nr_pools; i++)
		if (overlap(fast->pools[i], FAST_POOL_SIZE, addr, size))
			return true;
	for (unsigned int i = 0; i < fast->nr_chunks; i++)
		if (overlap(fast->chunks[i]->addr, CHUNK_SIZE, addr, size))
			return true;
	return false;
}

bool fast_memory_has_gate(pid_t tid)
{
	uint8_t found[64];

	return remote_memory_read(tid, GATE_ADDR, found, sizeof(found)) == sizeof(found) &&
	       memcmp(found, __start_gate_text, sizeof(found)) == 0;
}

/* Where there are too many, the last range has all of the rest in it. */
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

/* A call that changes these is the helper's to see before it is made. */
static uint64_t add_own_ranges(const struct fast_space *fast)
{
	uint64_t nr = 0;

	add_own_range(&nr, GATE_ADDR, GATE_SIZE);
	for (unsigned int i = 0; i < fast->nr_pools; i++)
		add_own_range(&nr, fast->pools[i], FAST_POOL_SIZE);
	for (unsigned int i = 0; i < fast->nr_chunks; i++)
		add_own_range(&nr, fast->chunks[i]->addr, CHUNK_SIZE);
	return nr;
}

void fast_memory_write_code(pid_t tid, const struct fast_space *fast, const struct layout *layout)
{
	uint64_t nr = add_own_ranges(fast);

	if (!fast_memory_has_gate(tid))
		return;

	for (unsigned int i = 0; i < layout->nr_regions; i++) {
		const struct region *region = &layout->regions[i];

		if (!region->is_executable)
			continue;
		/* Where there are too many, the last range is all that is left of the address space. */
		if (nr == GATE_MAX_CODE) {
			gate_data.code[nr - 1].end = UINT64_MAX;
			break;
		}
		gate_data.code[nr++] = (struct gate_range){ region->start, region->end };
	}
	gate_data.nr_code = nr;
	gate_data.may_add = fast->may_add;
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

static uid_t user_of(pid_t tid)
{
	struct stat status;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d", (int)tid);
	return stat(path, &status) < 0 ? geteuid() : status.st_uid;
}

/* The process may have another user than the helper by now, who must be able to attach the memory. */
static void give_to_user(int id, uid_t uid)
{
	struct shmid_ds settings;

	if (uid == geteuid() || shmctl(id, IPC_STAT, &settings) < 0)
		return;
	settings.shm_perm.uid = uid;
	shmctl(id, IPC_SET, &settings);
}

/* In an IPC namespace of its own the process may have another segment of that id, which is not to be touched. */
static bool shares_ipc(pid_t tid)
{
	struct stat own, other;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/ipc", (int)tid);
	return stat("/proc/self/ns/ipc", &own) == 0 && stat(path, &other) == 0 &&
	       own.st_dev == other.st_dev && own.st_ino == other.st_ino;
}

/*
 * Memory that no process has any more; used is 0 when it is wiped. What is attached somewhere can be attached
 * elsewhere, even when it has been marked for its end (shmat(2), Linux notes). Each user's stays with that user.
 */
static struct fast_chunk spares[MAX_SPARES];
static unsigned int nr_spares;

static bool take_spare(struct fast_chunk *chunk, uid_t uid)
{
	for (unsigned int i = 0; i < nr_spares; i++) {
		if (spares[i].uid != uid || spares[i].used)
			continue;
		chunk->memory = spares[i].memory;
		chunk->id = spares[i].id;
		chunk->uid = uid;
		spares[i] = spares[--nr_spares];
		return true;
	}
	return false;
}

/* Nothing of one process's stacks is to be found by the next one. */
static bool wipe(const struct fast_chunk *chunk)
{
	for (unsigned int i = 0; i < FAST_CHUNK_AREAS; i++)
		if (chunk->used >> i & 1 &&
		    madvise((char *)chunk->memory + (size_t)i * THREAD_AREA_SIZE, THREAD_AREA_SIZE,
			    MADV_REMOVE) < 0)
			return false;
	return true;
}

/* A child that nobody has told of yet may have it too. */
static bool is_attached_elsewhere(const struct fast_chunk *chunk)
{
	struct shmid_ds status;

	return shmctl(chunk->id, IPC_STAT, &status) < 0 || status.shm_nattch != 1;
}

/* Gives @chunk shared memory, which is gone when nobody has it attached any more. */
static bool make_segment(pid_t tid, struct fast_chunk *chunk)
{
	uid_t uid = user_of(tid);
	int id;

	if (!shares_ipc(tid))
		return false;
	if (take_spare(chunk, uid))
		return true;
	id = shmget(IPC_PRIVATE, CHUNK_SIZE, IPC_CREAT | SHM_NORESERVE | 0600);
	if (id < 0)
		return false;
	chunk->memory = shmat(id, NULL, 0);
	chunk->id = id;
	chunk->uid = uid;
	give_to_user(id, uid);
	shmctl(id, IPC_RMID, NULL);
	return chunk->memory != (void *)-1;
}

/* A thread that is late may yet attach it. Nobody else gets it then, and it goes with the last who has it attached. */
static void drop_segment(const struct fast_chunk *chunk)
{
	shmdt(chunk->memory);
}

static void put_segment(const struct fast_chunk *chunk)
{
	if (nr_spares == MAX_SPARES) {
		drop_segment(chunk);
		return;
	}
	spares[nr_spares] = *chunk;
	spares[nr_spares++].used |= 1; /* it is to be looked at */
}

bool fast_memory_tidy(void)
{
	struct fast_chunk *spare = spares;

	while (spare < spares + nr_spares && !spare->used)
		spare++;
	if (spare == spares + nr_spares)
		return false;
	if (!is_attached_elsewhere(spare) && wipe(spare)) {
		spare->used = 0;
		return true;
	}
	shmdt(spare->memory);
	*spare = spares[--nr_spares];
	return true;
}

/* Whether what was attached there is what is attached here. */
static bool is_same_memory(pid_t tid, void *memory, uint64_t addr)
{
	const uint64_t nonce = __builtin_ia32_rdtsc() * 0x9e3779b97f4a7c15u;
	uint64_t word;

	*(volatile uint64_t *)memory = nonce;
	return remote_memory_word(tid, addr, &word) && word == nonce;
}

static void add_chunk(struct fast_space *fast, struct fast_chunk chunk)
{
	fast->chunks = xreallocarray(fast->chunks, fast->nr_chunks + 1, sizeof(*fast->chunks));
	fast->chunks[fast->nr_chunks] = xmalloc(sizeof(chunk));
	*fast->chunks[fast->nr_chunks++] = chunk;
}

/* @chunk has memory here, and has been attached at @addr there, or, when that is an error, has not. */
static bool see_areas(const struct injection *injection, struct fast_space *fast,
		      struct fast_chunk *chunk, int64_t addr)
{
	if (injection->is_late) {
		drop_segment(chunk);
		return false;
	}
	if (addr < 0 || !is_same_memory(injection->tid, chunk->memory, (uint64_t)addr)) {
		put_segment(chunk);
		return false;
	}
	chunk->addr = (uint64_t)addr;
	add_chunk(fast, *chunk);
	return true;
}

/*
 * Makes memory for areas, here and in the process. System V's has no file descriptor, which another
 * thread could come across. A child has it too: its threads get areas there of their own.
 */
static bool make_areas(struct injection *injection, struct fast_space *fast)
{
	struct fast_chunk chunk = { .refs = 1 };

	if (fast_area_is_free(fast))
		return true;
	/* The kernel chooses the place: sanitizers have plans for large parts of the address space. */
	return make_segment(injection->tid, &chunk) &&
	       see_areas(injection, fast, &chunk,
			 inject_call(injection, SYS_shmat,
				     (const uint64_t[6]){ (uint64_t)chunk.id }));
}

void fast_memory_put(struct fast_chunk *chunk)
{
	if (--chunk->refs)
		return;
	put_segment(chunk);
	free(chunk);
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

	for (unsigned int i = 0; i < layout->nr_regions; i++) {
		uint64_t end = layout->regions[i].start;

		for (unsigned int j = 1; end > start && j <= PLACES_IN_GAP; j++) {
			uint64_t place = end - j * PLACE_DISTANCE;
			if (end - start < (j + 1) * PLACE_DISTANCE || !is_in_reach(place, addr))
				break;
			if (number-- == 0)
				return place;
		}
		if (layout->regions[i].end > start)
			start = layout->regions[i].end;
	}
	/* Programs that are not position-independent lie low, mostly with nothing else in reach. */
	for (unsigned int j = 1; j <= PLACES_IN_GAP; j++) {
		uint64_t place = GATE_ADDR + GATE_SIZE + j * PLACE_DISTANCE;
		if (is_in_reach(place, addr) && number-- == 0)
			return place;
	}
	return 0;
}

bool fast_memory_has_stub(const struct fast_space *fast, uint64_t patch_addr)
{
	return fast->nr_pools && fast->nr_stubs < FAST_POOL_SIZE / FAST_STUB_SIZE &&
	       is_in_reach(fast->pools[fast->nr_pools - 1], patch_addr);
}

static void add_pool(struct fast_space *fast, uint64_t pool)
{
	fast->pools = xreallocarray(fast->pools, fast->nr_pools + 1, sizeof(*fast->pools));
	fast->pools[fast->nr_pools++] = pool;
	fast->nr_stubs = 0;
}

static bool make_pool(struct injection *injection, struct fast_space *fast,
		      const struct layout *layout, uint64_t addr)
{
	uint64_t pool;
	unsigned int i = 0;

	if (fast_memory_has_stub(fast, addr))
		return true;
	/* Something may be there that the layout has not: the kernel refuses, the next is tried. */
	do {
		pool = find_place(layout, addr, i++);
	} while (pool && !map_code(injection, pool, FAST_POOL_SIZE) && !injection->has_failed);
	if (!pool || injection->has_failed)
		return false;
	add_pool(fast, pool);
	return true;
}

/* A new gate sets pool and areas up itself: that takes fewer stops. What does not succeed is left out. */
static void set_up(struct injection *injection, struct fast_space *fast,
		   const struct layout *layout, uint64_t patch_addr)
{
	struct user_regs_struct registers = injection->registers;
	struct fast_chunk chunk = { .refs = 1 };
	uint64_t pool = find_place(layout, patch_addr, 0);

	if (!pool || !make_segment(injection->tid, &chunk))
		return;
	registers.rax = SYS_mmap;
	registers.rdi = pool;
	registers.rsi = FAST_POOL_SIZE;
	registers.rdx = PROT_READ | PROT_EXEC;
	registers.r10 = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE;
	registers.r8 = (unsigned long long)-1;
	registers.r9 = 0;
	registers.r14 = (unsigned long long)chunk.id;
	if (!inject_code(injection, gate_addr(gate_setup), &registers)) {
		see_areas(injection, fast, &chunk, -ESRCH);
		return;
	}
	if (registers.r13 == pool)
		add_pool(fast, pool);
	see_areas(injection, fast, &chunk, (int64_t)registers.r15);
}

/* Returns as inject_end. Of a thread that is late no other call is asked, nor of others in this memory. */
static bool end_injection(struct tracee *tracee, struct fast_space *fast,
			  struct injection *injection)
{
	bool is_back = !injection->is_late && inject_end(injection);

	if (injection->is_late) {
		fast->is_refused = true;
		late_call_begin(tracee, injection);
	}
	return is_back;
}

bool fast_memory_register(struct tracee *tracee, struct fast_space *fast)
{
	const uint64_t args[6] = { MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED };
	struct injection injection;

	if (!inject_begin(&injection, tracee->tid))
		return false;
	fast->is_registered = inject_call(&injection, SYS_membarrier, args) == 0;
	return end_injection(tracee, fast, &injection);
}

bool fast_memory_prepare(struct tracee *tracee, struct fast_space *fast, uint64_t patch_addr)
{
	struct layout *layout = tracee_layout(tracee);
	struct injection injection;
	bool is_ready;

	if (fast->has_gate && fast_area_is_free(fast) && fast_memory_has_stub(fast, patch_addr))
		return true;
	if (!inject_begin(&injection, tracee->tid))
		return false;
	if (!fast->has_gate && make_gate(&injection, fast, layout))
		set_up(&injection, fast, layout, patch_addr);
	/* The kernel chooses the place of the areas, so theirs comes last. */
	is_ready = fast->has_gate && make_pool(&injection, fast, layout, patch_addr) &&
		   make_areas(&injection, fast);
	if (!is_ready && !injection.has_failed)
		fast->is_refused = true;
	/* What keeps a late thread from its stop may be a lock that writing needs as well. */
	if (fast->has_gate && !injection.is_late)
		fast_memory_write_code(tracee->tid, fast, layout);
	debug(fast, "%d: prepared: %d", (int)tracee->tid, is_ready);
	return end_injection(tracee, fast, &injection);
}
