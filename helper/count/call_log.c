/* SPDX-License-Identifier: MIT */
/*
 * Writes calls to the log. A thread is defined again when its names or ids have changed. While
 * there are calls, compressed data is written within FLUSH_NS. When there are none, it is written
 * at once.
 */
#include "helper/count/call_log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "helper/base/clock.h"
#include "helper/base/fast_clock.h"
#include "helper/base/launcher_pipe.h"
#include "helper/base/run.h"
#include "helper/count/touched.h"
#include "profile/util/atomic_file.h"
#include "profile/util/text.h"
#include "profile/util/write_error.h"
#include "profile/util/xalloc.h"

#define FLUSH_NS 1000000000u

struct call_log {
	struct log_writer *writer;
	struct atomic_file file;
	bool has_begun;
	bool is_dirty;
	uint64_t flushed_ns;
	uint64_t nr_calls;
};

int call_log_open(struct run *run)
{
	const struct settings *settings = &run->settings;
	struct atomic_file file;
	int err;

	if (!settings->log)
		return 0;
	err = atomic_file_open(&file, settings->log, settings->log_origin);
	if (err)
		return err;
	run->log = xcalloc(1, sizeof(*run->log));
	run->log->file = file;
	run->log->writer = log_writer_new(file.fd, &run->profile, settings->redacts);
	return 0;
}

void call_log_place(struct run *run)
{
	/* If this fails, it is tried again and reported at the end. */
	if (run->log)
		atomic_file_place(&run->log->file);
}

/* Only now the helper knows which program runs, and since when. */
static void begin(struct run *run)
{
	struct timespec now;
	const char *command = profile_fact(&run->profile, "command");
	uint64_t age_ns;

	clock_gettime(CLOCK_REALTIME, &now);
	age_ns = clock_now_ns() - run->start_ns;
	log_writer_begin(run->log->writer,
			 (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec - age_ns,
			 command ? command : "");
	run->log->has_begun = true;
}

static uint32_t thread_number(struct call_log *log, struct tracee *tracee)
{
	const struct log_thread now = {
		.pid = (uint32_t)tracee->process->tgid,
		.tid = (uint32_t)tracee->tid,
		.process = tracee->process->name,
		.thread = tracee->name,
	};
	struct logged_thread *logged = &tracee->logged;

	if (!logged->number || memcmp(&logged->thread, &now, sizeof(now)) != 0) {
		logged->number = log_writer_add_thread(log->writer, &now);
		logged->thread = now;
	}
	return logged->number;
}

static void put(struct run *run, struct tracee *tracee, const struct call *call,
		struct log_call *entry)
{
	struct call_log *log = run->log;

	if (!log->has_begun)
		begin(run);
	entry->thread = thread_number(log, tracee);
	if (call->touched)
		entry->touched = touched_log(run, call->touched, log->writer);
	entry->nr = call->nr;
	entry->abi = call->abi;
	entry->stack = call->stack;
	entry->start_ns = call->start_ns - run->start_ns;
	memcpy(entry->args, call->args, sizeof(entry->args));
	log_writer_put(log->writer, entry);
	log->nr_calls++;
	log->is_dirty = true;
	if (call->end_ns - log->flushed_ns > FLUSH_NS) {
		call_log_flush(run);
		log->flushed_ns = call->end_ns;
	}
}

void call_log_put(struct run *run, struct tracee *tracee, const struct call *call, int64_t result,
		  uint64_t time_ns)
{
	struct log_call entry = {
		.state = LOG_RETURNED,
		.result = result,
		.duration_ns = time_ns,
		.span_ns = call->end_ns - call->start_ns,
	};

	put(run, tracee, call, &entry);
}

void call_log_put_abandoned(struct run *run, struct tracee *tracee, const struct call *call,
			    enum log_state state)
{
	uint64_t span_ns = fast_clock_ns() - call->start_ns;
	struct log_call entry = { .state = state, .duration_ns = span_ns, .span_ns = span_ns };

	put(run, tracee, call, &entry);
}

bool call_log_is_dirty(const struct run *run)
{
	return run->log && run->log->is_dirty;
}

void call_log_flush(struct run *run)
{
	if (!call_log_is_dirty(run))
		return;
	log_writer_flush(run->log->writer);
	run->log->is_dirty = false;
}

void call_log_set_facts(struct run *run)
{
	const struct call_log *log = run->log;
	const char *path = run->settings.log;

	if (!log)
		return;
	profile_set_fact(&run->profile, "log", "%s",
			 run->settings.redacts ? text_basename(path) : path);
	profile_set_fact(&run->profile, "logged_calls", "%" PRIu64, log->nr_calls);
	if (log_writer_error(log->writer))
		profile_set_fact(&run->profile, "log_error", "%s",
				 write_error_text(-log_writer_error(log->writer)));
}

void call_log_close(struct run *run, bool has_run)
{
	struct call_log *log = run->log;
	const char *path = run->settings.log;
	int error;

	if (!log)
		return;
	error = log_writer_finish(log->writer);
	if (!has_run) {
		atomic_file_abort(&log->file);
		goto out;
	}
	if (!error)
		error = atomic_file_commit(&log->file, false);
	else
		atomic_file_abort(&log->file);
	if (error)
		launcher_pipe_line("error", "cannot write the log '%s': %s; it is incomplete", path,
				   write_error_text(-error));
	else
		launcher_pipe_line("note", "%" PRIu64 " calls in their order: scprof log '%s'",
				   log->nr_calls, path);
out:
	free(log);
	run->log = NULL;
}
