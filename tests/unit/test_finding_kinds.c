// SPDX-License-Identifier: MIT
/*
 * Findings in made profiles about memory, threads, waiting, and unnecessary calls.
 */
#include <string.h>

#include "tests/unit/made_calls.h"

TestSuite(finding_kinds, .init = made_init, .fini = made_fini);

Test(finding_kinds, an_allocator_that_maps_and_unmaps_is_a_finding)
{
	add_via("work", "mmap", 1900, 500, "malloc");
	expect_none("allocation");
	add_via("work", "munmap", 1900, 500, "free");
	expect("allocation",
	       "work (a.c:7) allocates memory that is mapped for it, and unmapped when "
	       "it is freed: mmap is called 1900 times");
}

Test(finding_kinds, an_allocator_that_shrinks_the_heap_is_a_finding)
{
	add_via("work", "brk", 1900, 500, "free");
	expect("allocation", "shrinking the heap: brk is called 1900 times");
	forget_calls();
	add_via("work", "brk", 1900, 500, "malloc");
	expect_none("allocation");
}

Test(finding_kinds, mappings_that_are_not_kept_are_a_finding)
{
	add("view", "mmap", 2100, 500, 0);
	expect_none("mapping");
	add("drop", "munmap", 1900, 500, 0);
	expect("mapping",
	       "view (a.c:7) maps memory 2100 times (mmap), and its program unmaps 1900");
	add("view", "openat", 2000, 500, 0);
	expect_none("mapping");
}

Test(finding_kinds, waiting_for_a_lock_differs_from_waiting_for_work)
{
	add_via("work", "futex", 3000, 20000, "pthread_mutex_lock");
	expect("lock", "threads wait 3000 times for a lock in work (a.c:7) (futex), 20.0us each");
	expect_none("hand-over");
	forget_calls();
	add_via("work", "futex", 3000, 20000, "pthread_cond_wait");
	expect_none("lock");
	expect("hand-over", "work (a.c:7) waits for or wakes another thread 3000 times (futex);");
	forget_calls();
	add_via("work", "futex", 30, 300000000, "pthread_cond_wait");
	expect_none("hand-over");
}

Test(finding_kinds, polls_that_do_not_wait_are_a_finding)
{
	add("loop", "poll", 9000, 500, 0);
	expect("busy-poll",
	       "loop (a.c:7) calls poll 9000 times, 100.0% of them return at once, and "
	       "the program makes only 2000 other calls");
	add("loop", "read", 9000, 500, 9000);
	expect_none("busy-poll");
	forget_calls();
	add("loop", "poll", 9000, 100000, 0);
	expect_none("busy-poll");
}

Test(finding_kinds, short_sleeps_are_a_finding)
{
	add("nap", "clock_nanosleep", 300, 1000000, 0);
	expect("short-sleep", "nap (a.c:7) sleeps 300 times (clock_nanosleep), 1.00ms each");
	expect_none("waiting");
	forget_calls();
	add("nap", "clock_nanosleep", 1, 450000000, 0);
	expect_none("short-sleep");
	expect("waiting", "nap (a.c:7) spends 450ms in 1 call of clock_nanosleep, all threads "
			  "together; the run took 500ms, so that is 90.0% of the wall time.");
	cr_expect_eq(made_findings.list[0].severity, FINDING_NOTE);
}

Test(finding_kinds, what_the_go_runtime_does_by_itself_is_no_finding)
{
	add("runtime.usleep", "nanosleep", 300, 1000000, 0);
	add_via("open_all", "epoll_ctl", 5000, 1000, "runtime.netpollopen");
	expect_none("short-sleep");
	expect_none("waiting");
	cr_expect_eq(made_findings.nr, 0);
	forget_calls();
	add("nap", "nanosleep", 300, 1000000, 0);
	expect("short-sleep", "nap");
}

Test(finding_kinds, waiting_that_is_the_programs_purpose_is_no_finding)
{
	add("serve", "recvfrom", 9, 100000000, 0);
	expect("waiting", "serve");
	add("serve", "listen", 1, 1000, 0);
	expect_none("waiting");
	forget_calls();
	add("take", "read", 9, 100000000, 0);
	expect("waiting", "take");
	add_calls(&(struct calls){
		.function = "start", .syscall = "clone", .calls = 1, .process = "sh" });
	expect_none("waiting");
	forget_calls();
	add("reap", "wait4", 9, 100000000, 0);
	expect_none("waiting");
}

Test(finding_kinds, clocks_that_need_a_system_call_are_a_finding)
{
	add("stamp", "clock_gettime", 2000, 100, 0);
	expect("clock",
	       "stamp (a.c:7) reads a clock by a real system call, clock_gettime, 2000 times;");
	cr_expect_not_null(strstr(made_findings.list[0].advice, "C library's function"));
	forget_calls();
	add_calls(&(struct calls){ .function = "stamp",
				   .syscall = "clock_gettime",
				   .calls = 2000,
				   .each_ns = 100,
				   .is_vdso = true });
	expect("clock", "the vdso was asked and could not answer");
	forget_calls();
	add("stamp", "clock_gettime", 1900, 100, 0);
	expect_none("clock");
}

Test(finding_kinds, storms_of_simple_queries_are_a_finding)
{
	add("ask", "getppid", 2000, 100, 0);
	expect("storm", "ask (a.c:7) calls getppid 2000 times;");
	forget_calls();
	add("spin", "sched_yield", 2000, 100, 0);
	expect("storm", "spin (a.c:7) calls sched_yield 2000 times;");
	forget_calls();
	add("ask", "getppid", 1900, 100, 0);
	expect_none("storm");
}

Test(finding_kinds, saving_the_signal_mask_of_contexts_is_a_finding)
{
	add_via("go", "rt_sigprocmask", 2000, 100, "swapcontext");
	expect("context", "go (a.c:7) saves or sets the signal mask 2000 times");
	forget_calls();
	add("go", "rt_sigprocmask", 2000, 100, 0);
	expect_none("context");
}

Test(finding_kinds, many_processes_are_a_finding)
{
	add("run", "clone", 150, 100000, 0);
	add_calls(&(struct calls){ .function = "start",
				   .syscall = "execve",
				   .calls = 99,
				   .each_ns = 400000,
				   .process = "tool" });
	expect_none("processes");
	add_calls(&(struct calls){ .function = "start",
				   .syscall = "execve",
				   .calls = 1,
				   .each_ns = 400000,
				   .process = "tool" });
	expect("processes",
	       "the run starts 150 processes, 150 of them in run (a.c:7) by clone, and "
	       "executes 100 programs");
	made_profile.duration_ns = 60 * (int64_t)SECOND;
	expect_none("processes");
}

Test(finding_kinds, many_threads_are_not_many_processes)
{
	add_via("go", "clone3", 300, 10000, "pthread_create");
	expect("threads", "go (a.c:7) starts 300 threads (clone3)");
	expect_none("processes");
	forget_calls();
	add_via("go", "clone3", 100, 10000, "pthread_create");
	expect_none("threads");
}

Test(finding_kinds, io_uring_is_a_finding_because_it_hides_calls)
{
	add("ring", "io_uring_setup", 1, 10000, 0);
	add("ring", "io_uring_enter", 70, 10000, 0);
	expect("io_uring", "calls io_uring_enter 70 times");
	forget_calls();
	add_failing("ring", "io_uring_setup", 1, 10000, EPERM);
	expect_none("io_uring");
}
