/* SPDX-License-Identifier: MIT */
/*
 * Facts are set again when the run goes on after the first writing.
 */
#include "helper/tracer/run_facts.h"

#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "helper/base/clock.h"
#include "helper/base/fast_clock.h"
#include "helper/count/call_log.h"
#include "helper/gate/engine_facts.h"
#include "helper/gate/fast_stats.h"
#include "helper/space/region.h"
#include "helper/tracer/intercept.h"
#include "helper/unwind/frame_pointer.h"
#include "helper/unwind/unwind.h"
#include "profile/util/text.h"
#include "profile/util/xalloc.h"
#include "scprof/handshake.h"

#define COMMAND_MAX 4096

/* Notes the program's file, because viewers take its mapping for the main one. */
static void note_executable(struct tracer *tracer)
{
	char target[PATH_MAX];
	char *path = xasprintf("/proc/%d/exe", (int)tracer->root);
	ssize_t length = readlink(path, target, sizeof(target) - 1);

	free(path);
	if (length <= 0)
		return;
	target[length] = '\0';
	profile_set_fact(&tracer->run.profile, "executable", "%s",
			 tracer->run.settings.redacts ? text_basename(target) : target);
}

void run_facts_note_command(struct tracer *tracer)
{
	char command[COMMAND_MAX], program[COMMAND_MAX];
	char *path = xasprintf("/proc/%d/cmdline", (int)tracer->root);
	FILE *file = fopen(path, "re");
	size_t size = file ? fread(command, 1, sizeof(command) - 1, file) : 0;

	if (file)
		fclose(file);
	free(path);
	while (size && command[size - 1] == '\0')
		size--;
	command[size] = '\0';
	memcpy(program, command, size + 1);
	for (size_t i = 0; i < size; i++)
		if (command[i] == '\0' || command[i] == '\n')
			command[i] = ' ';
	if (tracer->run.settings.redacts)
		profile_set_fact(&tracer->run.profile, "command", "%s (redacted)",
				 text_basename(program));
	else
		profile_set_fact(&tracer->run.profile, "command", "%s", command);
	note_executable(tracer);
}

static void set_exit_fact(struct tracer *tracer)
{
	struct profile *profile = &tracer->run.profile;
	int status = tracer->root_status;

	if (WIFSIGNALED(status))
		profile_set_fact(profile, "exit_status", "signal %d (SIG%s)", WTERMSIG(status),
				 sigabbrev_np(WTERMSIG(status)) ? sigabbrev_np(WTERMSIG(status))
								: "?");
	else
		profile_set_fact(profile, "exit_status", "%d", WEXITSTATUS(status));
}

/* Returns a text such as "futex 3, read 1". */
static char *describe_unfinished(const struct tracer *tracer)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	const char *separator = "";

	if (!stream)
		return xstrdup("");
	for (int abi = 0; abi < SYSCALL_NR_ABIS; abi++) {
		for (uint32_t nr = 0; nr < SYSCALL_SET_MAX_NR; nr++) {
			uint32_t full = abi == SYSCALL_ABI_X32 ? nr | SYSCALL_X32_BIT : nr;
			if (!tracer->run.unfinished[abi][nr])
				continue;
			fprintf(stream, "%s%s %" PRIu64, separator,
				syscall_name((enum syscall_abi)abi, full),
				tracer->run.unfinished[abi][nr]);
			separator = ", ";
		}
	}
	fclose(stream);
	return text;
}

static uint64_t count_by_frame_pointers(const struct profile *profile)
{
	uint64_t calls = 0;

	for (uint32_t i = 0; i < profile->nr_samples; i++)
		if (frame_pointer_is_marked(profile->samples[i].key.stack))
			calls += profile->samples[i].calls;
	return calls;
}

/* Sets the facts about completeness. */
static void set_completeness(struct tracer *tracer)
{
	struct profile *profile = &tracer->run.profile;
	char *unfinished = describe_unfinished(tracer);

	profile_set_fact(profile, "complete", "%s",
			 tracer->run.nr_lost || tracer->run.nr_overwritten ? "no" : "yes");
	profile_set_fact(profile, "calls_lost", "%" PRIu64, tracer->run.nr_lost);
	if (tracer->run.nr_overwritten)
		profile_set_fact(profile, "overwritten_areas", "%" PRIu64,
				 tracer->run.nr_overwritten);
	profile_set_fact(profile, "truncated_stacks", "%" PRIu64, tracer->run.nr_truncated);
	profile_set_fact(profile, "frame_pointer_stacks", "%" PRIu64,
			 count_by_frame_pointers(profile));
	profile_set_fact(profile, "unfollowed_processes", "%" PRIu64, tracer->nr_unfollowed);
	profile_set_fact(profile, "unfinished_calls", "%" PRIu64, tracer->run.nr_unfinished);
	if (tracer->run.nr_unfinished)
		profile_set_fact(profile, "unfinished", "%s", unfinished);
	profile_set_fact(profile, "ending_calls", "%" PRIu64, tracer->run.nr_ending);
	free(unfinished);
}

/*
 * Sets the fact about the memory of the helper, including the thread areas that it shares with the
 * program.
 */
static void set_memory(struct profile *profile)
{
	struct rusage usage;

	if (getrusage(RUSAGE_SELF, &usage) == 0)
		profile_set_fact(profile, "helper_memory", "%ld KiB at most", usage.ru_maxrss);
}

/* Sets the fact about the clock that measured the gate's calls. */
static void set_clock(struct profile *profile)
{
	char *clock = fast_clock_describe();

	profile_set_fact(profile, "clock", "%s", clock);
	free(clock);
}

static void set_timing(struct tracer *tracer)
{
	uint64_t in_place =
		tracer->run.settings.is_fast ? fast_stats()->hits + fast_stats()->recorded : 0;
	uint64_t left_out = region_left_out_in_place();
	char *rest;

	in_place -= left_out < in_place ? left_out : in_place;
	rest = in_place ? xasprintf(", %" PRIu64 " calls in place", in_place) : xstrdup("");
	profile_set_fact(&tracer->run.profile, "timing",
			 "%" PRIu64 " calls across stops, less %" PRIu64 " ns each%s",
			 tracer->run.nr_calls - in_place, tracer->run.stop_cost_ns, rest);
	free(rest);
	if (in_place)
		set_clock(&tracer->run.profile);
}

static void set_uncertainty(struct tracer *tracer)
{
	if (!tracer->run.nr_uncertain)
		return;
	profile_set_fact(&tracer->run.profile, "uncertain_times", "%" PRIu64,
			 tracer->run.nr_uncertain);
	profile_set_fact(&tracer->run.profile, "uncertain_ns", "%" PRIu64,
			 tracer->run.uncertain_ns);
}

/*
 * Sets the facts that the launcher passes on: what the program's standard streams are, and a
 * summary of its environment.
 */
static void set_launcher_facts(struct profile *profile)
{
	const char *line = getenv(SCPROF_ENV_FACTS);

	for (; line && *line; line += strspn(line, "\n")) {
		int length = (int)strcspn(line, "\n"), key = (int)strcspn(line, ":\n");

		if (key > 0 && key + 2 < length) {
			char *name = xasprintf("%.*s", key, line);

			profile_set_fact(profile, name, "%.*s", length - key - 2, line + key + 2);
			free(name);
		}
		line += length;
	}
}

void run_facts_set(struct tracer *tracer)
{
	struct profile *profile = &tracer->run.profile;
	const struct unwind_stats *unwinds = unwind_stats();
	struct timespec now;
	struct utsname host;

	clock_gettime(CLOCK_REALTIME, &now);
	profile->duration_ns = (int64_t)(tracer->end_ns - tracer->run.start_ns);
	profile->start_time_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec -
				 (int64_t)(clock_now_ns() - tracer->run.start_ns);
	set_exit_fact(tracer);
	engine_facts_set(&tracer->run);
	profile_set_fact(profile, "interception", "%s", intercept_name(tracer));
	profile_set_fact(profile, "start",
			 tracer->run.settings.is_preloaded ? "constructor" : "execve");
	profile_set_fact(profile, "trace", "%s",
			 tracer->run.settings.trace_text ? tracer->run.settings.trace_text : "all");
	if (tracer->run.touched)
		profile_set_fact(profile, "fds", "yes");
	if (tracer->run.settings.redacts)
		profile_set_fact(profile, "redacted", "yes");
	profile_set_fact(profile, "follow", "%s", tracer->run.settings.follows ? "yes" : "no");
	set_completeness(tracer);
	set_timing(tracer);
	set_uncertainty(tracer);
	region_set_facts(profile);
	profile_set_fact(profile, "stops", "%" PRIu64, tracer->nr_stops);
	set_memory(profile);
	profile_set_fact(profile, "unwinds", "%" PRIu64 " stacks repeated, %" PRIu64 " unwound",
			 unwinds->hits, unwinds->unwinds);
	if (uname(&host) == 0)
		profile_set_fact(profile, "kernel", "%s", host.release);
	set_launcher_facts(profile);
	call_log_set_facts(&tracer->run);
	profile_set_fact(profile, "scprof_version", "%s", PACKAGE_VERSION);
}
