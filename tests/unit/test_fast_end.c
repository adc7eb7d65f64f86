/* SPDX-License-Identifier: MIT */
/*
 * A thread that leaves the gate early, or dies there, while the gate records its call.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helper/base/fast_clock.h"
#include "helper/base/run.h"
#include "helper/gate/fast.h"
#include "helper/gate/fast_end.h"
#include "helper/gate/fast_record.h"
#include "helper/restart/woken.h"
#include "scprof/thread_area.h"

#define AREA_ADDR 0x7f0000000000

static struct run run;
static struct tracee *tracee;
static struct thread_area *area;
static struct area_record *record;

/*
 * This process is its own tracee, and has begun to record a call. The code under test reads nothing
 * of it but its maps.
 */
static void init(void)
{
	run.settings.max_frames = 16;
	profile_init(&run.profile);
	fast_init();
	area = mmap(NULL, THREAD_AREA_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		    0);
	cr_assert_neq(area, MAP_FAILED);
	tracee = tracee_new(getpid());
	tracee->gate->area = area;
	tracee->gate->area_addr = AREA_ADDR;
	tracee->gate->area_size = THREAD_AREA_SIZE;
	tracee->gate->area_ticks = __builtin_ia32_rdtsc();
	tracee->gate->records_taken = area_mark(0, AREA_RECORDS(THREAD_AREA_SIZE));
	area->self = AREA_ADDR;
	area->size = THREAD_AREA_SIZE;
	area->is_active = area_active_word(AREA_ADDR, THREAD_AREA_SIZE);
	area->tsc_mult = fast_clock_mult();
	area->data_addr = GATE_DATA_ADDR;
	area->records_end = tracee->gate->records_taken;
	area->phase = AREA_AFTER;
	area->registers[AREA_RAX] = SYS_getppid;
	area->start_ticks = __builtin_ia32_rdtsc();
	record = (struct area_record *)(void *)((char *)area + AREA_RECORDS(THREAD_AREA_SIZE));
	*record = (struct area_record){ .size = sizeof(*record), .registers = { SYS_getppid } };
}

TestSuite(fast_end, .init = init, .timeout = 60);

static void expect_one_call(void)
{
	cr_expect_eq(run.nr_calls, 1, "%lu", run.nr_calls);
	cr_expect_eq(run.nr_overwritten, 0);
	cr_expect_not(tracee->gate->has_overwritten_area);
}

Test(fast_end, a_call_whose_record_is_incomplete_is_counted)
{
	fast_finish_call(&run, tracee, 0);
	expect_one_call();
}

/* No record follows, nor anything that looks like one. */
Test(fast_end, a_call_whose_record_is_complete_is_counted_once)
{
	record->start_ticks = area->start_ticks;
	record->ticks = 100;
	area->records_end += record->size;
	fast_finish_call(&run, tracee, 0);
	expect_one_call();
}

Test(fast_end, a_call_whose_record_has_been_read_is_not_counted_again)
{
	record->start_ticks = area->start_ticks;
	area->records_end += record->size;
	fast_take_records(&run, tracee);
	fast_finish_call(&run, tracee, 0);
	expect_one_call();
}

static uint64_t nr_counted(uint32_t nr, uint16_t error)
{
	uint64_t nr_calls = 0;

	for (uint32_t i = 0; i < run.profile.nr_samples; i++)
		if (run.profile.samples[i].key.nr == nr &&
		    run.profile.samples[i].key.error == error)
			nr_calls += run.profile.samples[i].calls;
	return nr_calls;
}

/*
 * A signal woke this thread, and another thread took it. This thread has gone on and made its next
 * call in the gate.
 */
Test(fast_end, a_woken_call_keeps_its_result_when_the_next_call_follows)
{
	tracee->call = (struct call){ .nr = SYS_epoll_wait, .is_counted = true };
	tracee->woken = (struct woken){ .is_open = true, .result = -EINTR };
	fast_finish_call(&run, tracee, 0);
	woken_settle(&run, tracee);
	cr_expect_eq(nr_counted(SYS_epoll_wait, EINTR), 1);
	cr_expect_eq(nr_counted(SYS_getppid, 0), 1);
	cr_expect_eq(run.nr_calls, 2);
}
