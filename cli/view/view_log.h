/* SPDX-License-Identifier: MIT */
/*
 * The views of a log: each gets a beginning, the calls one after the other, and an end. They check
 * no write: the caller looks at the stream's error at the end.
 */
#ifndef SCPROF_CLI_VIEW_VIEW_LOG_H
#define SCPROF_CLI_VIEW_VIEW_LOG_H

#include <stdio.h>

#include "profile/log/log_file.h"

enum log_time {
	LOG_TIME_NONE,
	LOG_TIME_DELTA,	      /* since the call above began */
	LOG_TIME_ELAPSED,     /* since the log began */
	LOG_TIME_CLOCK,	      /* 12:34:56 */
	LOG_TIME_CLOCK_MICRO, /* 12:34:56.123456 */
	LOG_TIME_EPOCH,	      /* 1735689600.123456 */
};

struct log_view {
	FILE *out;
	const struct log_file *log;
	enum log_time time; /* text only */
	bool has_stacks;
	uint64_t last_start_ns;
	uint64_t nr_shown;
};

void view_log_text_call(struct log_view *view, const struct log_call *call);
/* One JSON object a line: doc/json.md. */
void view_log_json_call(struct log_view *view, const struct log_call *call);

/*
 * Chrome's trace events, as a JSON object, which ui.perfetto.dev and chrome://tracing open: one
 * track a thread, one complete event a call. The log has been read to its end once.
 */
void view_perfetto_begin(struct log_view *view);
void view_perfetto_call(struct log_view *view, const struct log_call *call);
void view_perfetto_end(struct log_view *view);

#endif
