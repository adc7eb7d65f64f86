/* SPDX-License-Identifier: MIT */
/*
 * The views of a log. Each is called for the beginning, then for one call after the other, and for
 * the end. They do not check for write errors: the caller checks the stream at the end.
 */
#ifndef SCPROF_CLI_VIEW_VIEW_LOG_H
#define SCPROF_CLI_VIEW_VIEW_LOG_H

#include <stdio.h>

#include "profile/log/log_file.h"

enum log_time {
	LOG_TIME_NONE,
	LOG_TIME_DELTA,	      /* since the start of the call above */
	LOG_TIME_ELAPSED,     /* since the start of the log */
	LOG_TIME_CLOCK,	      /* 12:34:56 */
	LOG_TIME_CLOCK_MICRO, /* 12:34:56.123456 */
	LOG_TIME_EPOCH,	      /* 1735689600.123456 */
};

struct log_view {
	FILE *out;
	const struct log_file *log;
	enum log_time time; /* for text only */
	bool has_stacks;
	uint64_t last_start_ns;
	uint64_t nr_shown;
};

void view_log_text_call(struct log_view *view, const struct log_call *call);
/* One JSON object for each line: doc/json.md. */
void view_log_json_call(struct log_view *view, const struct log_call *call);

/*
 * Chrome's trace events as a JSON object, for ui.perfetto.dev and chrome://tracing: one track for
 * each thread, and one complete event for each call. The caller must have read the log to its end
 * once.
 */
void view_perfetto_begin(struct log_view *view);
void view_perfetto_call(struct log_view *view, const struct log_call *call);
void view_perfetto_end(struct log_view *view);

#endif
