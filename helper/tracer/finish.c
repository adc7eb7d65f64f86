/* SPDX-License-Identifier: MIT */
/*
 * Writes the profile. While the last thread is held, it is written without names, so that it exists
 * when the program is gone. Afterwards it is symbolised, so that no program waits for debug
 * information.
 */
#include "helper/tracer/finish.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper/base/aside.h"
#include "helper/base/debug.h"
#include "helper/base/launcher_pipe.h"
#include "helper/base/redact.h"
#include "helper/count/call_log.h"
#include "helper/elf/direct.h"
#include "helper/tracer/run_facts.h"
#include "profile/model/summary.h"
#include "profile/pprof/pprof.h"
#include "profile/symbols/symbolize.h"
#include "profile/util/atomic_file.h"
#include "profile/util/xalloc.h"

#define LAST_PATIENCE	  100	/* while the last thread is held, in times for one file */
#define FINAL_PATIENCE_MS 30000 /* after all threads are gone */

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
	run_facts_note_command(tracer);
	finish_clear_old(&tracer->run.settings);
	call_log_place(&tracer->run);
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
	run_facts_set(tracer);
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
		launcher_pipe_last("profile", settings->output);
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
	run_facts_set(tracer);
	look_up_names(tracer);
	return write_profile(tracer, PPROF_DURABLE);
}

int finish_profile(struct tracer *tracer)
{
	int error;

	if (!tracer->is_running) {
		if (WIFSIGNALED(tracer->root_status))
			launcher_pipe_line(
				"error",
				"the program was killed before it started: there is no profile");
		call_log_close(&tracer->run, tracer->is_running);
		return 0;
	}
	if (last_write.is_going_on && !aside_wait(&last_write.job, FINAL_PATIENCE_MS)) {
		launcher_pipe_line(
			"error",
			"cannot write '%s': its file system, or a program's, does not answer",
			tracer->run.settings.output);
		return -ETIMEDOUT;
	}
	launcher_pipe_line("ended", "%s", tracer->is_saved ? tracer->run.settings.output : "");
	error = is_written(tracer) ? 0 : write_whole(tracer);
	call_log_close(&tracer->run, tracer->is_running);
	if (error) {
		char *text = describe_failure(tracer, error);
		launcher_pipe_line("error", "%s; %s", text,
				   tracer->is_saved ? "the profile stays without names"
						    : "there is no profile");
		free(text);
		return error;
	}
	launcher_pipe_line("profile", "%s", tracer->run.settings.output);
	return 0;
}
