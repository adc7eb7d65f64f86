// SPDX-License-Identifier: MIT
/*
 * A log as text: a line for each call and, if requested, its stack below it, call site first.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "analysis/location.h"
#include "cli/view/call_text.h"
#include "cli/view/view_log.h"
#include "profile/util/text.h"

#define NS_PER_S 1000000000u

/* Prints the local time of day. The date is in the profile. */
static void print_clock(FILE *out, uint64_t epoch_ns, bool has_micros)
{
	time_t seconds = (time_t)(epoch_ns / NS_PER_S);
	struct tm time;
	char text[16];

	if (!localtime_r(&seconds, &time) || !strftime(text, sizeof(text), "%H:%M:%S", &time))
		text[0] = '\0';
	fputs(text, out);
	if (has_micros)
		fprintf(out, ".%06" PRIu64, epoch_ns % NS_PER_S / 1000);
	fputc(' ', out);
}

static void print_time(struct log_view *view, uint64_t start_ns)
{
	uint64_t epoch_ns = view->log->start_time_ns + start_ns;
	/* A call that lasted too long to be sorted may have begun before the one above it. */
	uint64_t delta_ns = view->nr_shown && start_ns > view->last_start_ns
				    ? start_ns - view->last_start_ns
				    : 0;

	switch (view->time) {
	case LOG_TIME_NONE:
		break;
	case LOG_TIME_DELTA:
	case LOG_TIME_ELAPSED:
		if (view->time == LOG_TIME_ELAPSED)
			delta_ns = start_ns;
		fprintf(view->out, "%5" PRIu64 ".%09" PRIu64 " ", delta_ns / NS_PER_S,
			delta_ns % NS_PER_S);
		break;
	case LOG_TIME_CLOCK:
	case LOG_TIME_CLOCK_MICRO:
		print_clock(view->out, epoch_ns, view->time == LOG_TIME_CLOCK_MICRO);
		break;
	case LOG_TIME_EPOCH:
		fprintf(view->out, "%" PRIu64 ".%06" PRIu64 " ", epoch_ns / NS_PER_S,
			epoch_ns % NS_PER_S / 1000);
		break;
	}
}

static void print_stack(const struct log_view *view, uint32_t stack)
{
	const struct profile *profile = &view->log->profile;

	for (; stack; stack = profile->stacks.nodes[stack].parent) {
		uint32_t frame = profile->stacks.nodes[stack].frame;

		for (uint32_t nth = 0; nth < location_count(profile, frame); nth++) {
			struct location location = location_of(profile, frame, nth);
			char *place = location_place(profile, &location, LOCATION_FULL);
			char *escaped = text_escape(place);

			fprintf(view->out, " > %s\n", escaped);
			free(escaped);
			free(place);
		}
	}
	fputc('\n', view->out);
}

void view_log_text_call(struct log_view *view, const struct log_call *call)
{
	const struct log_thread *thread = &view->log->threads[call->thread];
	char *text = call_text_call(view->log, call);
	char *result = call_text_result(call);

	fprintf(view->out, "%-7" PRIu32 " ", thread->tid);
	print_time(view, call->start_ns);
	fprintf(view->out, "%s = %s", text, result);
	if (call->state == LOG_RETURNED)
		fprintf(view->out, " <%" PRIu64 ".%09" PRIu64 ">", call->duration_ns / NS_PER_S,
			call->duration_ns % NS_PER_S);
	fputc('\n', view->out);
	if (view->has_stacks)
		print_stack(view, call->stack);
	view->last_start_ns = call->start_ns;
	view->nr_shown++;
	free(text);
	free(result);
}
