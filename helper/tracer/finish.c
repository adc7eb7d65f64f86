/* SPDX-License-Identifier: MIT */
/*
 * Writes the profile. While the last thread is held, it is written without names, so that it exists
 * when the program is gone. Afterwards it is symbolised, so that no program waits for debug
 * information.
 */
#include "helper/tracer/finish.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "helper/base/aside.h"
#include "helper/base/clock.h"
#include "helper/base/debug.h"
#include "helper/base/fast_clock.h"
#include "helper/base/redact.h"
#include "helper/base/report.h"
#include "helper/count/call_log.h"
#include "helper/elf/direct.h"
#include "helper/gate/engine_facts.h"
#include "helper/gate/fast_stats.h"
#include "helper/unwind/frame_pointer.h"
#include "helper/unwind/unwind.h"
#include "profile/model/summary.h"
#include "profile/pprof/pprof.h"
#include "profile/symbols/symbolize.h"
#include "profile/util/atomic_file.h"
#include "profile/util/xalloc.h"

#define COMMAND_MAX	  4096
#define LAST_PATIENCE	  100	/* while the last thread is held, in times for one file */
#define FINAL_PATIENCE_MS 30000 /* after all threads are gone */

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
			 tracer->run.settings.redacts ? redact_path(target) : target);
}

static void note_command(struct tracer *tracer)
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
				 redact_path(program));
	else
		profile_set_fact(&tracer->run.profile, "command", "%s", command);
	note_executable(tracer);
}

/*
 * An earlier profile with this name could be mistaken for that of this run, if this run leaves
 * none.
 */
void finish_clear_old(const struct settings *settings)
{
	if (settings->output)
		output_place_clear(settings->output, settings->output_origin);
	if (settings->final)
		output_place_clear(settings->final, settings->final_origin);
}

void finish_begin(struct tracer *tracer)
{
	note_command(tracer);
	finish_clear_old(&tracer->run.settings);
	call_log_place(&tracer->run);
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

static void set_facts(struct tracer *tracer)
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
	call_log_set_facts(&tracer->run);
	profile_set_fact(profile, "scprof_version", "%s", PACKAGE_VERSION);
}

/*
 * Without a launcher, the helper writes the summary to the program's standard error, which the
 * program may have closed. If it is a terminal or a file, the helper has kept a copy since the
 * start. If it is a pipe, a copy would make the pipe's reader wait for the helper. So the helper
 * fetches it from the held thread, and closes it at once.
 */
static void tell_program(const struct tracer *tracer, const struct tracee *last, const char *text)
{
	int pidfd = -1, fd = tracer->program_stderr;
	struct pollfd writable = { .events = POLLOUT };

	if (fd < 0) {
		pidfd = (int)syscall(SYS_pidfd_open, last->process->tgid, 0);
		fd = pidfd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, STDERR_FILENO, 0);
	}
	/*
	 * The helper does not wait for a full pipe, because its reader may be waiting for the end
	 * of the program.
	 */
	writable.fd = fd;
	if (fd >= 0 && poll(&writable, 1, 0) == 1)
		dprintf(fd, "scprof: %s\n", text);
	if (pidfd >= 0) {
		close(fd);
		close(pidfd);
	}
}

static char *describe_failure(const struct tracer *tracer, int error)
{
	const struct settings *settings = &tracer->run.settings;

	return xasprintf("cannot write '%s': %s", settings->output,
			 output_place_explain(settings->output, settings->output_origin, error));
}

static struct last_words last_words(const struct tracer *tracer)
{
	return (struct last_words){
		.root_status = tracer->root_status,
		.nr_calls = tracer->run.nr_calls,
		.nr_lost = tracer->run.nr_lost,
		.nr_overwritten = tracer->run.nr_overwritten,
		.nr_unfinished = tracer->run.nr_unfinished,
		.nr_ending = tracer->run.nr_ending,
		.nr_unfollowed = tracer->nr_unfollowed,
	};
}

/*
 * fsync(2) may take longer than everything else. If nobody can unmount the file system meanwhile,
 * finish_sync calls it later, when no process waits for the helper.
 */
static int write_profile(struct tracer *tracer, enum pprof_care care)
{
	const struct settings *settings = &tracer->run.settings;

	if (care == PPROF_DURABLE && direct_is_on_system_device(settings->output)) {
		care = PPROF_PLACED;
		tracer->is_unsynced = true;
	}
	return pprof_write_as(&tracer->run.profile, settings->output, settings->output_origin,
			      care);
}

void finish_sync(const struct tracer *tracer)
{
	if (tracer->is_unsynced)
		atomic_file_sync(tracer->run.settings.output);
}

/* A profile that is too large with names (RLIMIT_FSIZE, a full disk) may have room without them. */
static int write_without_names(struct tracer *tracer)
{
	struct profile *profile = &tracer->run.profile;

	for (uint32_t id = 1; id < profile->nr_frames; id++)
		profile->frames[id].nr_lines = 0;
	return write_profile(tracer, PPROF_QUICK);
}

static void look_up_names(struct tracer *tracer)
{
	symbolize_profile(&tracer->run.profile);
	if (tracer->run.settings.redacts)
		redact_profile(&tracer->run.profile);
}

/*
 * Writes the complete profile. If the names would make the thread wait, writes it without names.
 * With --redact, paths are needed for the names and must not be in the file; then it writes nothing
 * yet.
 */
static int write_before_exit(struct tracer *tracer)
{
	int error;

	if (symbolize_is_quick(&tracer->run.profile)) {
		look_up_names(tracer);
		error = write_profile(tracer, PPROF_DURABLE);
		tracer->is_whole = error == 0;
		tracer->written = last_words(tracer);
		if (error)
			error = write_without_names(tracer);
	} else if (tracer->run.settings.redacts) {
		return 0;
	} else {
		error = write_profile(tracer, PPROF_QUICK);
	}
	tracer->is_saved = error == 0;
	return error;
}

/* Returns true if a child waits whose parent was killed before it could report the child. */
static bool is_anybody_waiting(void)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_ALL, 0, &info, WSTOPPED | WEXITED | WNOHANG | WNOWAIT | __WALL) == 0 &&
	       info.si_pid != 0;
}

/*
 * The last thread may serve the file system of the profile or of a binary, or may be asked for
 * permission to open these files. So another thread writes the profile. When all threads are gone,
 * none of them serves anything.
 */
static struct last_write {
	struct aside_job job;
	struct tracer *tracer;
	int error;
	bool is_going_on; /* the profile belongs to this job, and no other code may use it */
} last_write;

static void write_aside(struct aside_job *job)
{
	struct last_write *write = (struct last_write *)job;

	write->error = write_before_exit(write->tracer);
}

/* Returns false if the profile could not be written in time. */
static bool write_in_time(struct tracer *tracer)
{
	last_write.job = (struct aside_job){ .work = write_aside };
	last_write.tracer = tracer;
	if (direct_may_finish(tracer->run.settings.output)) {
		write_aside(&last_write.job);
		return true;
	}
	last_write.is_going_on = aside_start(&last_write.job);
	if (!last_write.is_going_on ||
	    !aside_wait(&last_write.job, LAST_PATIENCE * aside_patience_ms()))
		return false;
	last_write.is_going_on = false;
	return true;
}

void finish_before_last_exit(struct tracer *tracer, const struct tracee *last)
{
	const struct settings *settings = &tracer->run.settings;
	char *text;
	int error;

	if (last_write.is_going_on)
		return;
	set_facts(tracer);
	call_log_flush(&tracer->run);
	if (!write_in_time(tracer))
		return;
	error = last_write.error;
	debug(finish, "wrote '%s': %d", settings->output, error);
	/*
	 * The only thing that can still change is how the held thread ends. With a log, there is
	 * more to report.
	 */
	if (tracer->is_whole && !tracer->run.log && !is_anybody_waiting())
		report_last("profile", settings->output);
	if (settings->has_launcher || settings->is_quiet || last->process->tgid != tracer->root)
		return;
	text = error ? describe_failure(tracer, error)
		     : summary_line(&tracer->run.profile, settings->output);
	tell_program(tracer, last, text);
	free(text);
}

static bool is_written(const struct tracer *tracer)
{
	const struct last_words now = last_words(tracer);

	return tracer->is_whole && memcmp(&now, &tracer->written, sizeof(now)) == 0;
}

static int write_whole(struct tracer *tracer)
{
	set_facts(tracer);
	look_up_names(tracer);
	return write_profile(tracer, PPROF_DURABLE);
}

int finish_profile(struct tracer *tracer)
{
	int error;

	if (!tracer->is_running) {
		if (WIFSIGNALED(tracer->root_status))
			report_line(
				"error",
				"the program was killed before it started: there is no profile");
		call_log_close(&tracer->run, tracer->is_running);
		return 0;
	}
	if (last_write.is_going_on && !aside_wait(&last_write.job, FINAL_PATIENCE_MS)) {
		report_line("error",
			    "cannot write '%s': its file system, or a program's, does not answer",
			    tracer->run.settings.output);
		return -ETIMEDOUT;
	}
	report_line("ended", "%s", tracer->is_saved ? tracer->run.settings.output : "");
	error = is_written(tracer) ? 0 : write_whole(tracer);
	call_log_close(&tracer->run, tracer->is_running);
	if (error) {
		char *text = describe_failure(tracer, error);
		report_line("error", "%s; %s", text,
			    tracer->is_saved ? "the profile stays without names"
					     : "there is no profile");
		free(text);
		return error;
	}
	report_line("profile", "%s", tracer->run.settings.output);
	return 0;
}
