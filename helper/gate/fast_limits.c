/* SPDX-License-Identifier: MIT */
/*
 * Small areas suffice for three threads within 256 KiB. For further threads a process with a limit
 * gets more of them only while it is far from its limit. The areas of a process that has several
 * threads when it sets a limit stay as large as they are, because the threads may be using them.
 */
#include "helper/gate/fast_limits.h"

#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "helper/base/debug.h"
#include "helper/base/run.h"
#include "helper/count/call_kind.h"
#include "helper/gate/fast_area.h"
#include "helper/gate/fast_memory.h"
#include "helper/space/area_memory.h"
#include "helper/space/fast_chunk.h"
#include "helper/trace/remote_memory.h"

#define AMPLE	   (64ull << 20) /* bytes that a process has left when it is far from its limit */
#define PAGE_BYTES 4096u

/* Returns the most bytes of address space that the process may have. */
static uint64_t address_space_limit(pid_t tid)
{
	struct rlimit limit;

	/* What cannot be asked for may be low. */
	if (prlimit(tid, RLIMIT_AS, NULL, &limit) < 0)
		return 0;
	return limit.rlim_cur == RLIM_INFINITY ? UINT64_MAX : limit.rlim_cur;
}

/* Returns the bytes of address space that the process has, or UINT64_MAX. */
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

/* The only thread of the process, which has no area, unmaps all areas. */
static void unmap_all(struct injection *injection, struct fast_space *fast)
{
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
	if (tracee_is_alone(tracee) && !tracee->area)
		unmap_all(injection, fast);
	fast->is_full = fast->nr_chunks && !is_far_from_limit(tracee->tid, fast);
}

/* Whether the process is about to limit its address space with the limit at @addr. */
static bool limits_address_space(const struct tracee *tracee, uint64_t resource, uint64_t addr)
{
	struct fast_space *fast = tracee->process->space->fast;
	uint64_t limit;

	if ((uint32_t)resource != RLIMIT_AS || !addr ||
	    !remote_memory_word(tracee->tid, addr, &limit) || limit == RLIM_INFINITY)
		return false;
	fast->limits_space = true;
	return true;
}

static bool is_limiting(struct tracee *tracee)
{
	struct fast_space *fast = tracee->process->space->fast;
	const struct call *call = &tracee->call;

	switch (call_kind(call->abi, call->nr)) {
	case CALL_MLOCKALL:
		fast->locks_memory |= (call->args[0] & MCL_FUTURE) != 0;
		return true;
	case CALL_SETRLIMIT:
		return limits_address_space(tracee, call->args[0], call->args[1]);
	case CALL_PRLIMIT:
		/*
		 * It may be for another process. Its own number may be another one in its PID
		 * namespace, so that is not compared: small areas do no harm.
		 */
		return limits_address_space(tracee, call->args[1], call->args[2]);
	default:
		return false;
	}
}

static bool has_large_areas(const struct fast_space *fast)
{
	for (unsigned int i = 0; i < fast->nr_chunks; i++)
		if (fast->chunks[i]->area_size > SMALL_AREA_SIZE)
			return true;
	return false;
}

bool fast_limits_before(struct run *run, struct tracee *tracee)
{
	struct fast_space *fast = tracee->process->space->fast;
	struct injection injection;

	if (!run->settings.is_fast || tracee->call.abi != SYSCALL_ABI_X86_64 ||
	    !is_limiting(tracee) || !has_large_areas(fast) || !tracee_is_alone(tracee))
		return true;
	debug(fast, "%d: the program limits its memory", (int)tracee->tid);
	if (tracee->area) {
		fast_collect(run, tracee);
		fast_area_take_back(tracee);
		fast_area_retire(tracee);
	}
	if (!inject_begin(&injection, tracee->tid))
		return false;
	unmap_all(&injection, fast);
	if (!injection.is_late)
		fast_memory_write_code(tracee->tid, fast, tracee_layout(tracee));
	return fast_memory_end_injection(tracee, fast, &injection);
}
