/* SPDX-License-Identifier: MIT */
/*
 * Thread areas. scprof/thread_area.h says who writes what. All functions here require that the
 * thread is stopped or gone, except tracee_forget_memos, which only makes the memos unreachable.
 */
#include "helper/gate/fast_area.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <time.h>

#include "helper/base/clock.h"
#include "helper/base/debug.h"
#include "helper/base/fast_clock.h"
#include "helper/base/run.h"
#include "helper/gate/fast_stats.h"
#include "helper/gate/gate_calls.h"
#include "helper/space/area_reader.h"
#include "helper/trace/ptrace.h"
#include "helper/unwind/mapping.h"
#include "scprof/thread_area.h"

#define LEAST_SLEEP_NS 1000000 /* shorter sleeps do not count: the clocks are read in turn */

static unsigned int nr_in_use;

static uint32_t active_word(const struct tracee *tracee)
{
	return area_active_word(tracee->gate->area_addr, tracee->gate->area_size);
}

/* Returns the time of a clock that also runs while the machine sleeps, as the TSC may. */
static uint64_t boot_time_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/*
 * Returns how long the machine has slept since it started. CLOCK_MONOTONIC does not advance
 * meanwhile.
 */
static int64_t asleep_ns(uint64_t boot_ns)
{
	return (int64_t)(boot_ns - clock_now_ns());
}

struct area_limits fast_area_limits(const struct run *run, const struct tracee *tracee)
{
	const uint64_t boot_ns = boot_time_ns();

	return (struct area_limits){
		.area_size = tracee->gate->area_size,
		.nr_stacks = run->profile.stacks.nr,
		.calls = gate_calls(),
		.age_ns = boot_ns - tracee->gate->area_ns,
		.first_ticks = fast_clock_is_exact() ? tracee->gate->area_ticks : 0,
		.has_slept = asleep_ns(boot_ns) - tracee->gate->area_asleep_ns > LEAST_SLEEP_NS,
		.most_bytes = INT64_MAX - (run->nr_bytes < INT64_MAX ? run->nr_bytes : INT64_MAX),
	};
}

void fast_area_see_overwritten(struct run *run, struct tracee *tracee, const char *what)
{
	if (tracee->gate->has_overwritten_area)
		return;
	tracee->gate->has_overwritten_area = true;
	run->nr_overwritten++;
	debug(fast, "%d: the program has overwritten its thread area: %s", (int)tracee->tid, what);
}

bool fast_area_check(struct run *run, struct tracee *tracee)
{
	if (!area_is_intact(tracee->gate->area, tracee->gate->area_addr, tracee->gate->area_size,
			    tracee->gate->is_area_paused, fast_clock_mult()))
		fast_area_see_overwritten(run, tracee, "constants");
	return !tracee->gate->has_overwritten_area;
}

void fast_area_retire(struct tracee *tracee)
{
	struct user_regs_struct registers;

	if (ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return;
	registers.gs_base = GATE_BLANK_ADDR;
	if (ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return;
	/*
	 * The area stays in use: code that has overwritten it would overwrite the area of the next
	 * thread as well.
	 */
	nr_in_use -= tracee->gate->area != NULL;
	tracee->gate->area = NULL;
}

void fast_area_restore_entry(const struct tracee *tracee)
{
	struct area_entry *entry = area_place(tracee->gate->area, tracee->gate->area_size,
					      AREA_LOAD(tracee->gate->area->entry), sizeof(*entry));

	if (entry)
		entry->counts = tracee->gate->area->before;
}

void fast_area_reset(const struct tracee *tracee)
{
	struct thread_area *area = tracee->gate->area;

	memset(area->buckets, 0, sizeof(area->buckets));
	area->all_memos = 0;
	area->memo = 0;
	area->cell = 0;
	area->is_full = 0;
	area->used = AREA_FIRST_FREE;
	area->memos_start = AREA_IMAGE(tracee->gate->area_size);
}

bool fast_area_is_any(void)
{
	return nr_in_use > 0;
}

void fast_area_give(struct tracee *tracee)
{
	struct fast_space *fast = tracee->process->space->fast;
	struct user_regs_struct registers;
	struct thread_area *area;
	size_t offset;

	if (!fast->nr_chunks || tracee->gate->has_overwritten_area ||
	    ptrace_try(PTRACE_GETREGS, tracee->tid, 0, (uintptr_t)&registers) < 0)
		return;
	/* The program uses gs, so the engine leaves the threads of this process alone. */
	if (registers.gs_base != GATE_BLANK_ADDR) {
		fast_space_refuse(fast, "the program uses gs");
		return;
	}
	tracee->gate->area_chunk = fast_space_take_area(fast, &tracee->gate->area_index);
	if (!tracee->gate->area_chunk)
		return;
	tracee->gate->area_size = tracee->gate->area_chunk->area_size;
	offset = (size_t)tracee->gate->area_index * tracee->gate->area_size;
	area = (struct thread_area *)(void *)((char *)tracee->gate->area_chunk->memory + offset);
	area->size = tracee->gate->area_size;
	tracee->gate->area = area;
	fast_area_reset(tracee);
	tracee->gate->area_addr = tracee->gate->area_chunk->addr + offset;
	tracee->gate->area_ticks = __builtin_ia32_rdtsc();
	tracee->gate->area_ns = boot_time_ns();
	tracee->gate->area_asleep_ns = asleep_ns(tracee->gate->area_ns);
	area->self = tracee->gate->area_addr;
	area->data_addr = GATE_DATA_ADDR;
	area->tsc_mult = fast_clock_mult();
	area->stack_end = tracee->gate->stack_end & ~7ull;
	/*
	 * The first thread's stack can grow. Below the stack of another thread, there are a guard
	 * page and then memory of something else.
	 */
	area->stack_start = 0;
	if (tracee->tid != tracee->process->tgid)
		area->stack_start = mapping_find(tracee->tid, registers.rsp).start;
	area->misses = 0;
	tracee->gate->records_taken = area_mark(0, AREA_RECORDS(tracee->gate->area_size));
	tracee->gate->records_limit = tracee->gate->area_size;
	area->records_end = tracee->gate->records_taken;
	area->records_read = tracee->gate->records_taken;
	area->records_limit = tracee->gate->records_limit;
	area->image_size = 0;
	area->effect = AREA_NO_EFFECT;
	area->nr_added = 0;
	area->start_ticks = tracee->gate->area_ticks;
	area->permitted_ticks = 0;
	area->phase = AREA_IDLE;
	area->registers[AREA_FLAGS] = 0;
	tracee->gate->is_area_paused = tracee->hold.is_on;
	area->is_active = tracee->gate->is_area_paused ? 0 : active_word(tracee);
	registers.gs_base = tracee->gate->area_addr;
	ptrace_try(PTRACE_SETREGS, tracee->tid, 0, (uintptr_t)&registers);
	tracee->gate->nr_misses = 0;
	tracee->gate->nr_hits = 0;
	nr_in_use++;
	tracee->gate->nr_added = 0;
	tracee->gate->nr_records = 0;
	tracee->gate->nr_repeated = 0;
	fast_stats_mutable()->areas++;
}

void fast_area_pause(struct tracee *tracee, bool is_paused)
{
	if (!tracee->gate->area || tracee->gate->has_overwritten_area ||
	    tracee->gate->is_area_paused == is_paused)
		return;
	tracee->gate->is_area_paused = is_paused;
	tracee->gate->area->is_active = is_paused ? 0 : active_word(tracee);
}

void fast_area_interrupt(struct tracee *tracee)
{
	if (!tracee->gate->area)
		return;
	tracee->gate->area->image_size = 0;
	fast_area_see_added(tracee);
}

void fast_area_see_added(struct tracee *tracee)
{
	tracee->gate->nr_added = __atomic_load_n(&tracee->gate->area->nr_added, __ATOMIC_ACQUIRE);
}

bool fast_area_restore_flags(struct thread_area *area, struct user_regs_struct *registers)
{
	uint64_t flags = AREA_LOAD(area->registers[AREA_FLAGS]);

	if (!flags)
		return false;
	registers->eflags = flags;
	registers->r11 = registers->eflags; /* `syscall` leaves the flags there */
	area->registers[AREA_FLAGS] = 0;
	return true;
}

void fast_area_take_back(struct tracee *tracee)
{
	tracee->gate->area->is_active = 0;
	tracee->gate->area = NULL;
	nr_in_use--;
	tracee->gate->area_chunk->taken &= ~(1u << tracee->gate->area_index);
}

uint64_t fast_area_ns(uint64_t ticks)
{
	return (uint64_t)((unsigned __int128)ticks * fast_clock_mult() >> 32);
}
