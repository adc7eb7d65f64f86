// SPDX-License-Identifier: MIT
/*
 * Findings about programs that run: scprof finds a bad habit in the function that has it, and does
 * not find it in a program with the good habit. tracee_finding.c describes the habits.
 */
#include <string.h>
#include <sys/wait.h>

#include "analysis/finding_detect.h"
#include "profile/util/xalloc.h"
#include "tests/live/live.h"

#define SKIPPED 77

TestSuite(finding, .init = live_init, .fini = live_fini, .timeout = 120);

struct habit {
	const char *name; /* which habit the tracee has */
	const char *kind;
	const char *function;
	const char *words; /* must be in the finding's text */
};

static char *describe(const struct findings *findings)
{
	char *text = xstrdup("");

	for (uint32_t i = 0; i < findings->nr; i++) {
		char *longer = xasprintf("%s%s: %s\n", text, findings->list[i].kind,
					 findings->list[i].text);

		free(text);
		text = longer;
	}
	return text;
}

/* Returns the finding about @habit, or NULL if there is none. */
static const struct finding *find(const struct live *live, const struct findings *findings,
				  const struct habit *habit)
{
	for (uint32_t i = 0; i < findings->nr; i++) {
		const struct finding *finding = &findings->list[i];
		char *function = location_function(&live->profile, &finding->location);
		bool matches = !strcmp(finding->kind, habit->kind) &&
			       !strcmp(function, habit->function) &&
			       strstr(finding->text, habit->words);

		free(function);
		if (matches)
			return finding;
	}
	return NULL;
}

/*
 * Returns NULL if @habit was found. Otherwise returns the other findings; the caller frees the
 * text.
 */
static char *look_for(const struct habit *habit)
{
	struct live *live = SCPROF(live_tracee("finding"), habit->name);
	struct report_filter all = { 0 };
	struct findings findings;
	char *others = NULL;

	if (WIFEXITED(live->status) && WEXITSTATUS(live->status) == SKIPPED)
		LIVE_SKIP("%s is not allowed here", habit->name);
	EXPECT_EXIT(live, 0);
	findings_init(&findings, &live->profile, &all);
	if (!find(live, &findings, habit))
		others = describe(&findings);
	findings_fini(&findings);
	return others;
}

/*
 * On a busy machine the calls may be too far apart to count as a habit, so one good run of several
 * is enough.
 */
static void expect_found(const struct habit *habit)
{
	char *others = look_for(habit);

	for (int run = 0; others && run < 4; run++) {
		free(others);
		others = look_for(habit);
	}
	cr_expect_null(others, "%s (%s) is not found in %s; found:\n%s", habit->kind, habit->words,
		       habit->function, others);
}

static void expect_none(const struct habit *habit)
{
	struct live *live = SCPROF(live_tracee("finding"), habit->name, "good");
	struct report_filter all = { 0 };
	struct findings findings;

	EXPECT_EXIT(live, 0);
	findings_init(&findings, &live->profile, &all);
	for (uint32_t i = 0; i < findings.nr; i++)
		cr_expect(strcmp(findings.list[i].kind, habit->kind) != 0, "unexpected: %s",
			  findings.list[i].text);
	findings_fini(&findings);
}

Test(finding, the_gravest_are_printed_at_the_end_of_a_run_unless_it_is_quiet)
{
	const char *scprof = live_built("scprof"), *tracee = live_tracee("finding");
	struct live *live = PLAIN(scprof, "-o", "x.pb.gz", tracee, "storm");

	EXPECT_EXIT(live, 0);
	cr_expect_not_null(strstr(live->texts[1], "\nscprof: finding (high): habit_storm ("), "%s",
			   live->texts[1]);
	live = PLAIN(scprof, "-q", "-o", "x.pb.gz", tracee, "storm");
	EXPECT_EXIT(live, 0);
	cr_expect_str_empty(live->texts[1]);
}

/* HABIT(test, habit, kind, function, words of the text) defines two tests. */
#define HABIT(test, ...)                                      \
	Test(finding, test##_is_found)                        \
	{                                                     \
		expect_found(&(struct habit){ __VA_ARGS__ }); \
	}                                                     \
	Test(finding, test##_is_not_found_in_a_good_program)  \
	{                                                     \
		expect_none(&(struct habit){ __VA_ARGS__ });  \
	}

HABIT(tiny_io, "tiny-io", "tiny-io", "habit_tiny_io", "calls pwrite64 2000 times for 3 bytes")
HABIT(tiny_read, "tiny-io", "tiny-io", "habit_tiny_io", "calls read 500")
HABIT(seek, "seek", "seek", "habit_seek", "calls lseek 3000 times")
HABIT(sync, "sync", "sync", "habit_sync", "100 times")
HABIT(reopen, "reopen", "reopen", "habit_reopen", "3000 times")
HABIT(time_zone, "time-zone", "time-zone", "habit_time_zone", "time zone's file")
HABIT(missing, "missing", "missing", "habit_missing", "asks 2000 times")
HABIT(spin, "spin", "spin", "habit_spin", "calls read 3000 times")
HABIT(interrupted, "interrupted", "interrupted", "habit_interrupted", "pause")
HABIT(failing, "failing", "failing", "habit_failing", "EBADF 2000 times")
HABIT(allocation, "allocation", "allocation", "habit_allocation", "mmap is called 2000 times")
HABIT(heap, "heap", "allocation", "habit_heap", "shrinking the heap")
HABIT(mapping, "mapping", "mapping", "habit_mapping", "maps memory 2000 times")
HABIT(lock, "lock", "lock", "contend", "for a lock")
HABIT(hand_over, "hand-over", "hand-over", "take_turns", "another thread")
HABIT(busy_poll, "busy-poll", "busy-poll", "habit_busy_poll", "calls poll 4000 times")
HABIT(short_sleep, "short-sleep", "short-sleep", "habit_short_sleep", "sleeps 400 times")
HABIT(clock, "clock", "clock", "habit_clock", "4000 times;")
HABIT(cpu_clock, "cpu-clock", "clock", "habit_cpu_clock", "the vdso was asked")
HABIT(storm, "storm", "storm", "habit_storm", "calls getppid 4000 times")
HABIT(yield, "storm", "storm", "habit_storm", "calls sched_yield 4000 times")
HABIT(context, "context", "context", "habit_context", "signal mask")
HABIT(processes, "processes", "processes", "habit_processes", "starts 250 processes")
HABIT(threads, "threads", "threads", "habit_threads", "starts 300 threads")
HABIT(waiting, "waiting", "waiting", "habit_waiting", "in 1 call of poll")
HABIT(io_uring, "io_uring", "io_uring", "habit_io_uring", "not system calls")
