// SPDX-License-Identifier: MIT
/*
 * A log as JSON lines: doc/json.md. Words that may be addresses or flags are strings of hex digits,
 * which no reader rounds.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/location.h"
#include "cli/view/call_text.h"
#include "cli/view/view_log.h"
#include "profile/model/file_kind.h"
#include "profile/syscall/syscall_signature.h"
#include "profile/util/utf8.h"
#include "profile/util/xalloc.h"

/* Sets a member. Takes over the reference to @value. */
static void set(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value))
		xalloc_fail();
}

static json_t *text(const char *string)
{
	char *utf8 = utf8_clean(string, strlen(string));
	json_t *value = json_string(utf8);

	free(utf8);
	return value;
}

static json_t *string_of(const struct log_view *view, uint32_t id)
{
	return text(string_table_get(&view->log->profile.strings, id));
}

static json_t *new_args(const struct log_call *call)
{
	size_t nr = strlen(syscall_signature(call->abi, call->nr));
	json_t *args = json_array();

	for (size_t i = 0; i < nr; i++)
		if (json_array_append_new(args, json_sprintf("0x%" PRIx64, call->args[i])))
			xalloc_fail();
	return args;
}

static json_t *new_location(const struct log_view *view, const struct location *location)
{
	char *function = location_function(&view->log->profile, location);
	json_t *object = json_object();

	set(object, "function", text(function));
	set(object, "file", string_of(view, location->file));
	set(object, "line_nr", json_integer(location->line));
	set(object, "module", string_of(view, location->module));
	free(function);
	return object;
}

static json_t *new_stack(const struct log_view *view, uint32_t stack)
{
	const struct profile *profile = &view->log->profile;
	json_t *list = json_array();

	for (; stack; stack = profile->stacks.nodes[stack].parent) {
		uint32_t frame = profile->stacks.nodes[stack].frame;

		for (uint32_t nth = 0; nth < location_count(profile, frame); nth++) {
			struct location location = location_of(profile, frame, nth);

			if (json_array_append_new(list, new_location(view, &location)))
				xalloc_fail();
		}
	}
	return list;
}

static void set_result(json_t *object, const struct log_call *call)
{
	static const char *const states[LOG_NR_STATES] = { "returned", "ending", "unfinished" };
	unsigned int error = call_text_error(call);

	set(object, "state", json_string(states[call->state]));
	if (call->state == LOG_RETURNED)
		set(object, "result", json_integer(error ? -1 : call->result));
	if (error)
		set(object, "errno", json_string(syscall_errno_name(error)));
}

static void set_touched(json_t *object, const struct log_view *view, const struct log_call *call)
{
	const struct log_touched *touched = &view->log->touched[call->touched];

	if (!call->touched)
		return;
	if (touched->fd)
		set(object, "fd", json_integer(touched->fd - 1));
	set(object, "kind", json_string(file_kind_name(touched->kind)));
	set(object, "path", string_of(view, touched->path));
}

static void set_thread(json_t *object, const struct log_view *view, const struct log_thread *thread)
{
	set(object, "pid", json_integer(thread->pid));
	set(object, "tid", json_integer(thread->tid));
	set(object, "process", string_of(view, thread->process));
	set(object, "thread", string_of(view, thread->thread));
}

void view_log_json_call(struct log_view *view, const struct log_call *call)
{
	json_t *object = json_object();

	set(object, "start_ns", json_integer((json_int_t)call->start_ns));
	set(object, "time_ns",
	    json_integer((json_int_t)(view->log->start_time_ns + call->start_ns)));
	set(object, "duration_ns", json_integer((json_int_t)call->duration_ns));
	set(object, "span_ns", json_integer((json_int_t)call->span_ns));
	set_thread(object, view, &view->log->threads[call->thread]);
	set(object, "syscall", text(syscall_name(call->abi, call->nr)));
	set(object, "nr", json_integer(call->nr));
	set(object, "abi", json_string(syscall_abi_name(call->abi)));
	set(object, "args", new_args(call));
	set_result(object, call);
	set_touched(object, view, call);
	set(object, "stack_id", json_integer(call->stack));
	if (view->has_stacks)
		set(object, "stack", new_stack(view, call->stack));
	json_dumpf(object, view->out, JSON_COMPACT);
	fputc('\n', view->out);
	json_decref(object);
}
