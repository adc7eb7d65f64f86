// SPDX-License-Identifier: MIT
/*
 * A log in the Trace Event Format, as a JSON object. "M" events name processes and threads. An "X"
 * event is a call, with ts and dur in microseconds, with decimals. `sf` refers to an element of
 * stackFrames, which is (name, category, parent). Complete events may be in any order.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/location.h"
#include "analysis/report_rows.h"
#include "cli/view/call_text.h"
#include "cli/view/view_log.h"
#include "config.h"
#include "profile/model/file_kind.h"
#include "profile/util/utf8.h"
#include "profile/util/xalloc.h"

#define NS_PER_US 1000u

/* Prints @string as a JSON string. */
static void print_text(const struct log_view *view, const char *string)
{
	char *utf8 = utf8_clean(string, strlen(string));
	json_t *value = json_string(utf8);

	json_dumpf(value, view->out, JSON_ENCODE_ANY);
	json_decref(value);
	free(utf8);
}

static void print_separator(struct log_view *view)
{
	fputs(view->nr_shown++ ? ",\n" : "\n", view->out);
}

static void print_name(struct log_view *view, const char *what, const struct log_thread *thread,
		       uint32_t name)
{
	print_separator(view);
	fprintf(view->out,
		"{\"ph\":\"M\",\"name\":\"%s\",\"pid\":%" PRIu32 ",\"tid\":%" PRIu32
		",\"args\":{\"name\":",
		what, thread->pid, thread->tid);
	print_text(view, string_table_get(&view->log->profile.strings, name));
	fputs("}}", view->out);
}

static int compare_threads(const void *a, const void *b, void *threads)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	const struct log_thread *x = (const struct log_thread *)threads + left;
	const struct log_thread *y = (const struct log_thread *)threads + right;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	if (x->tid != y->tid)
		return x->tid < y->tid ? -1 : 1;
	return left < right ? -1 : 1;
}

/* Prints the last name of each thread. A process has the name of its first thread. */
static void print_names(struct log_view *view)
{
	const struct log_file *log = view->log;
	uint32_t nr = log->nr_threads - 1;
	uint32_t *order = xcalloc(nr + 1, sizeof(*order));
	const struct log_thread *named = NULL;

	for (uint32_t i = 0; i < nr; i++)
		order[i] = i + 1;
	qsort_r(order, nr, sizeof(*order), compare_threads, log->threads);
	for (uint32_t i = 0; i < nr; i++) {
		const struct log_thread *thread = &log->threads[order[i]];
		const struct log_thread *next = i + 1 < nr ? &log->threads[order[i + 1]] : NULL;

		if (next && next->pid == thread->pid && next->tid == thread->tid)
			continue;
		if (!named || named->pid != thread->pid)
			print_name(view, "process_name", thread, thread->process);
		print_name(view, "thread_name", thread, thread->thread);
		named = thread;
	}
	free(order);
}

void view_perfetto_begin(struct log_view *view)
{
	const char *command = profile_fact(&view->log->profile, "command");

	fputs("{\"displayTimeUnit\":\"ns\",\"otherData\":{\"version\":\"scprof " PACKAGE_VERSION
	      "\",\"command\":",
	      view->out);
	print_text(view, command ? command : "");
	fprintf(view->out, ",\"start_time_ns\":\"%" PRIu64 "\"},\n\"traceEvents\":[",
		view->log->start_time_ns);
	print_names(view);
}

static void print_args(struct log_view *view, const struct log_call *call)
{
	const struct log_touched *touched = &view->log->touched[call->touched];
	char *text = call_text_call(view->log, call), *result = call_text_result(call);

	fputs("\"args\":{\"call\":", view->out);
	print_text(view, text);
	fputs(",\"result\":", view->out);
	print_text(view, result);
	if (call->span_ns != call->duration_ns)
		fprintf(view->out, ",\"kernel_ns\":%" PRIu64, call->duration_ns);
	if (call->touched) {
		fprintf(view->out, ",\"kind\":\"%s\",\"path\":", file_kind_name(touched->kind));
		print_text(view, string_table_get(&view->log->profile.strings, touched->path));
	}
	fputc('}', view->out);
	free(text);
	free(result);
}

void view_perfetto_call(struct log_view *view, const struct log_call *call)
{
	const struct log_thread *thread = &view->log->threads[call->thread];
	char *name = report_syscall_label(call->abi, call->nr);

	print_separator(view);
	fputs("{\"ph\":\"X\",\"name\":", view->out);
	print_text(view, name);
	fprintf(view->out,
		",\"cat\":\"%s\",\"pid\":%" PRIu32 ",\"tid\":%" PRIu32 ",\"ts\":%" PRIu64
		".%03" PRIu64 ",\"dur\":%" PRIu64 ".%03" PRIu64 ",",
		call_text_error(call) ? "syscall,failed" : "syscall", thread->pid, thread->tid,
		call->start_ns / NS_PER_US, call->start_ns % NS_PER_US, call->span_ns / NS_PER_US,
		call->span_ns % NS_PER_US);
	if (call->stack)
		fprintf(view->out, "\"sf\":\"%" PRIu32 "\",", call->stack);
	print_args(view, call);
	fputc('}', view->out);
	free(name);
}

/*
 * Joins the names of inlined functions, because in this format each frame has one name and one
 * parent.
 */
static char *frame_name(const struct profile *profile, uint32_t frame)
{
	char *name = xstrdup("");

	for (uint32_t nth = location_count(profile, frame); nth-- > 0;) {
		struct location location = location_of(profile, frame, nth);
		char *function = location_function(profile, &location);
		char *longer = xasprintf("%s%s%s", name, *name ? " > " : "", function);

		free(function);
		free(name);
		name = longer;
	}
	return name;
}

static void print_stack(struct log_view *view, uint32_t id)
{
	const struct profile *profile = &view->log->profile;
	const struct stack_node *node = &profile->stacks.nodes[id];
	struct location location = location_of(profile, node->frame, 0);
	char *name = frame_name(profile, node->frame);

	fprintf(view->out, "%s\"%" PRIu32 "\":{\"name\":", id > 1 ? ",\n" : "\n", id);
	print_text(view, name);
	fputs(",\"category\":", view->out);
	print_text(view, string_table_get(&profile->strings, location.module));
	if (node->parent)
		fprintf(view->out, ",\"parent\":\"%" PRIu32 "\"", node->parent);
	fputc('}', view->out);
	free(name);
}

void view_perfetto_end(struct log_view *view)
{
	fputs("\n],\n\"stackFrames\":{", view->out);
	for (uint32_t id = 1; id < view->log->profile.stacks.nr; id++)
		print_stack(view, id);
	fputs("\n}}\n", view->out);
}
