/* SPDX-License-Identifier: MIT */
/*
 * --log: the log has every call of a run once, in order of time, with its arguments and its result.
 * If the helper is killed, what it has written stays readable.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "profile/log/log_file.h"
#include "profile/util/xalloc.h"
#include "tests/live/live.h"

#define LOG_PATH "live.sclog"
#define MAX_NR	 512

TestSuite(log, .init = live_init, .fini = live_fini, .timeout = 120);

static char error[LOG_FILE_ERROR_SIZE];

struct calls {
	struct log_file log;
	struct log_call *list;
	uint32_t nr;
	uint32_t capacity;
};

static void read_log(struct calls *calls, const char *path)
{
	struct log_call call;
	int result;

	memset(calls, 0, sizeof(*calls));
	cr_assert_eq(log_file_open(&calls->log, path, error), 0, "%s", error);
	while ((result = log_file_next(&calls->log, &call, error)) > 0) {
		calls->list = xgrow(calls->list, calls->nr, &calls->capacity, sizeof(*calls->list));
		calls->list[calls->nr++] = call;
	}
	cr_assert_eq(result, 0, "%s", error);
}

static void free_log(struct calls *calls)
{
	free(calls->list);
	log_file_close(&calls->log);
}

static const struct log_call *find(const struct calls *calls, const char *name, uint32_t nth)
{
	for (uint32_t i = 0; i < calls->nr; i++)
		if (!strcmp(syscall_name(calls->list[i].abi, calls->list[i].nr), name) && !nth--)
			return &calls->list[i];
	cr_assert(false, "no %s in the log", name);
	return NULL;
}

static bool has_failed(const struct log_call *call)
{
	return call->result < 0 && call->result >= -4095;
}

/* Compares log and profile: for each system call that returned, the calls, failures and time. */
static void expect_as_in_profile(const struct live *live, const struct calls *calls)
{
	for (uint32_t nr = 0; nr < MAX_NR; nr++) {
		struct totals logged = { 0 }, counted;

		for (uint32_t i = 0; i < calls->nr; i++) {
			const struct log_call *call = &calls->list[i];

			if (call->nr != nr || call->state != LOG_RETURNED)
				continue;
			logged.calls++;
			logged.errors += has_failed(call);
			logged.time_ns += call->duration_ns;
		}
		counted = live_ask(
			live, &(struct live_query){ .name = syscall_name(SYSCALL_ABI_X86_64, nr) });
		cr_expect_eq(logged.calls, counted.calls, "%s: %ju calls, %ju in the profile",
			     syscall_name(SYSCALL_ABI_X86_64, nr), (uintmax_t)logged.calls,
			     (uintmax_t)counted.calls);
		cr_expect_eq(logged.errors, counted.errors);
		cr_expect_eq(logged.time_ns, counted.time_ns);
	}
}

/*
 * Returns true if @inner may be a call of a signal handler that interrupted @outer, which was
 * restarted after it.
 */
static bool is_around(const struct log_call *outer, const struct log_call *inner)
{
	return inner->start_ns + inner->span_ns <= outer->start_ns + outer->span_ns &&
	       outer->span_ns >= outer->duration_ns + inner->span_ns;
}

/* In each thread, a call begins only after the previous one has ended. */
static void expect_order(const struct calls *calls)
{
	for (uint32_t i = 0; i < calls->nr; i++) {
		const struct log_call *call = &calls->list[i];

		for (uint32_t next = i + 1; next < calls->nr; next++) {
			if (calls->log.threads[calls->list[next].thread].tid !=
			    calls->log.threads[call->thread].tid)
				continue;
			cr_expect(call->start_ns + call->span_ns <= calls->list[next].start_ns ||
					  is_around(call, &calls->list[next]),
				  "call %u and %u", i, next);
			break;
		}
	}
}

Test(log, has_each_call_of_all_threads_in_order)
{
	struct live *live = SCPROF("--log", live_tracee("threads"));
	struct calls calls;
	uint32_t nr_getppid = 0, nr_ending = 0;

	EXPECT_EXIT(live, 0);
	read_log(&calls, LOG_PATH);
	cr_expect(calls.log.is_complete);
	expect_as_in_profile(live, &calls);
	expect_order(&calls);
	for (uint32_t i = 0; i < calls.nr; i++) {
		nr_getppid += calls.list[i].nr == 110 && calls.list[i].abi == 0;
		nr_ending += calls.list[i].state == LOG_ENDING;
	}
	cr_expect_eq(nr_getppid, 450);
	cr_expect_eq(nr_ending, 9); /* eight exit, one exit_group */
	free_log(&calls);
}

Test(log, does_not_take_unknown_numbers_for_exits)
{
	struct live *live = SCPROF("--log", live_tracee("unknown"));

	EXPECT_EXIT(live, 0);
	EXPECT_CALLS(live, 1, .name = "syscall_0xffffffff", .error = ENOSYS);
}

Test(log, has_the_calls_of_all_processes)
{
	struct live *live = SCPROF("--log", "sh", "-c", "for i in 1 2 3; do ls / | wc; done");
	struct calls calls;

	EXPECT_EXIT(live, 0);
	read_log(&calls, LOG_PATH);
	expect_as_in_profile(live, &calls);
	expect_order(&calls);
	free_log(&calls);
}

static const char *function_name(const struct profile *profile, uint32_t line)
{
	return string_table_get(&profile->strings,
				profile->functions[profile->lines[line].function].name);
}

Test(log, has_arguments_results_and_stacks)
{
	struct live *live = SCPROF("--log", live_tracee("status"), "7");
	const struct log_call *call;
	struct calls calls;
	const struct profile *profile;
	uint32_t stack, frame;

	EXPECT_EXIT(live, 7);
	read_log(&calls, LOG_PATH);
	profile = &calls.log.profile;
	call = find(&calls, "exit_group", 0);
	cr_expect_eq(call->args[0], 7);
	cr_expect_eq(call->state, LOG_ENDING);
	call = find(&calls, "getppid", 1);
	cr_expect_eq(call->result, live->pid);
	cr_expect_gt(call->start_ns, find(&calls, "getppid", 0)->start_ns);
	cr_expect_eq(calls.log.threads[call->thread].pid, calls.log.threads[call->thread].tid);
	for (stack = call->stack; profile->stacks.nodes[stack].parent;)
		stack = profile->stacks.nodes[stack].parent;
	frame = profile->stacks.nodes[stack].frame;
	cr_assert_eq(profile->frames[frame].nr_lines, 1);
	cr_expect_str_eq(function_name(profile, profile->frames[frame].first_line), "_start");
	free_log(&calls);
}

Test(log, has_a_restarted_call_once_around_the_calls_of_the_handlers)
{
	struct live *live = SCPROF("--log", live_tracee("restart"));
	const struct log_call *call;
	struct calls calls;

	EXPECT_EXIT(live, 0);
	read_log(&calls, LOG_PATH);
	expect_as_in_profile(live, &calls);
	call = find(&calls, "readv", 0);
	cr_expect_eq(call->result, 1);
	for (uint32_t nth = 0; nth < 3; nth++) {
		const struct log_call *inner = find(&calls, "getppid", nth);

		cr_expect_gt(inner->start_ns, call->start_ns);
		cr_expect_lt(inner->start_ns, call->start_ns + call->span_ns);
	}
	cr_expect_lt(call->duration_ns, call->span_ns);
	free_log(&calls);
}

Test(log, marks_a_call_whose_thread_was_killed)
{
	struct live *live = SCPROF("--log", live_tracee("pause_killed"));
	const struct log_call *call;
	struct calls calls;

	EXPECT_EXIT(live, 0);
	read_log(&calls, LOG_PATH);
	call = find(&calls, "pause", 0);
	cr_expect_eq(call->state, LOG_UNFINISHED);
	cr_expect_gt(call->duration_ns, 50000000);
	free_log(&calls);
}

static pid_t tracer_of(long pid)
{
	FILE *file = fopen(live_text("/proc/%ld/status", pid), "re");
	char line[256];
	long tracer = 0;

	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, "TracerPid:", 10) == 0)
			tracer = strtol(line + 10, NULL, 10);
	if (file)
		fclose(file);
	return (pid_t)tracer;
}

Test(log, is_readable_up_to_the_moment_when_the_helper_was_killed)
{
	struct live *live = live_start(LIVE_LAUNCHER,
				       LIVE_ARGS("--log", "sh", "-c", "echo pid $$.; read line"));
	const struct log_call *call;
	struct calls calls;
	pid_t helper;

	live_await_text(live, ".");
	usleep(300000); /* the helper writes the log when nothing happens */
	helper = tracer_of(strtol(live->texts[0] + 4, NULL, 10));
	cr_assert_gt(helper, 1);
	kill(helper, SIGKILL);
	live_finish(live);
	read_log(&calls, LOG_PATH);
	cr_expect_not(calls.log.is_complete);
	call = find(&calls, "write", 0);
	cr_expect_eq(call->args[0], 1);
	cr_expect_eq(call->result, (int64_t)strlen(live->texts[0]));
	cr_expect_eq(call, &calls.list[calls.nr - 1]);
	free_log(&calls);
}

Test(log, obeys_the_option_trace_and_takes_a_file_name)
{
	struct live *live = SCPROF("-e", "getppid", "--log=%n.%%log", live_tracee("nested"), "50");
	struct calls calls;

	EXPECT_CALLS(live, 50);
	read_log(&calls, "tracee_nested.%log");
	cr_expect_eq(calls.nr, 50);
	free_log(&calls);
}

Test(log, turns_the_counting_in_the_gate_off)
{
	struct live *live;
	struct calls calls;

	live_need_gate();
	live = SCPROF("--engine=fast", "--log", live_tracee("fast_threads"));
	EXPECT_EXIT(live, 0);
	cr_expect_str_eq(profile_fact(&live->profile, "engine"), "fast");
	cr_expect_eq(live_gate_counts(live).counted, 0);
	read_log(&calls, LOG_PATH);
	expect_as_in_profile(live, &calls);
	expect_order(&calls);
	free_log(&calls);
}

Test(log, is_written_with_ld_preload_too)
{
	struct live *live;
	struct calls calls;

	setenv("SCPROF_LOG", "yes", 1);
	live = PRELOAD(live_tracee("nested"), "50");
	EXPECT_EXIT(live, 0);
	for (int i = 0; i < 100; i++) { /* the helper ends after the program */
		read_log(&calls, LOG_PATH);
		if (calls.log.is_complete)
			break;
		free_log(&calls);
		usleep(50000);
	}
	cr_expect(calls.log.is_complete);
	expect_as_in_profile(live, &calls);
	free_log(&calls);
}

Test(log, is_not_written_unless_asked_for)
{
	SCPROF(live_tracee("status"));
	cr_expect_neq(access(LOG_PATH, F_OK), 0);
	setenv("SCPROF_LOG", "no", 1);
	SCPROF(live_tracee("status"));
	cr_expect_neq(access(LOG_PATH, F_OK), 0);
}

/* The program does not run, and one line says why. */
static void expect_refusal(const char *log, const char *reason)
{
	struct live *live = SCPROF(log, "touch", "has-run");

	EXPECT_EXIT(live, 3);
	cr_expect(strstr(live->texts[1], reason), "%s", live->texts[1]);
	cr_expect_neq(access("has-run", F_OK), 0);
}

Test(log, refuses_places_where_no_log_can_be_created)
{
	expect_refusal("--log=missing/x.sclog", "No such file or directory");
	expect_refusal("--log=.", "Is a directory");
	expect_refusal("--log=live.pb.gz", "log and profile cannot both be written");
}

Test(log, is_not_left_by_a_program_that_cannot_be_executed)
{
	FILE *file = fopen("text", "we");
	struct live *live;

	fputs("not a program", file);
	fchmod(fileno(file), 0755);
	fclose(file);
	live = SCPROF("--log", "./text");
	EXPECT_EXIT(live, 126);
	for (int i = 0; i < 100 && access(LOG_PATH, F_OK) == 0; i++)
		usleep(20000); /* the launcher does not wait for the helper here */
	cr_expect_neq(access(LOG_PATH, F_OK), 0);
}

Test(log, refuses_devices)
{
	expect_refusal("--log=/dev/full", "It is not a regular file");
}
