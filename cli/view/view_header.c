// SPDX-License-Identifier: MIT
/*
 * What a reader must know before the figures: what ran, how it was measured, and if anything is
 * missing. doc/profile-format.md describes the facts.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/view/view.h"
#include "profile/model/scope.h"
#include "profile/pprof/pprof_layout.h"
#include "profile/util/format.h"
#include "profile/util/text.h"
#include "profile/util/xalloc.h"

static void print_styled(const struct view *view, enum style style, const char *label,
			 const char *text)
{
	unsigned int room = view->terminal.width ? view->terminal.width - 10 : 0;
	char *shown = terminal_fit(&view->terminal, text, room);

	fprintf(view->out, "%s%-9s %s%s\n", style ? terminal_style(&view->terminal, style) : "",
		label, shown, style ? terminal_style(&view->terminal, STYLE_PLAIN) : "");
	free(shown);
}

static void print_line(const struct view *view, const char *label, const char *text)
{
	print_styled(view, STYLE_PLAIN, label, text);
}

/*
 * Returns all values of the fact @key, of which a merged profile can have several: "1, 2 and
 * others". The caller frees the text. Returns NULL if there is none.
 */
static char *describe_fact(const struct profile *profile, const char *key)
{
	const char *value = profile_fact(profile, key);
	char *text = value ? xstrdup(value) : NULL;

	for (unsigned int nth = 2; value; nth++) {
		char *further = xasprintf("%s#%u", key, nth);
		char *longer = text;

		value = profile_fact(profile, further);
		free(further);
		further = xasprintf("%s#more", key);
		if (value)
			longer = xasprintf("%s, %s", text, value);
		else if (profile_fact(profile, further))
			longer = xasprintf("%s and others", text);
		free(further);
		if (longer != text)
			free(text);
		text = longer;
	}
	return text;
}

static void print_fact(const struct view *view, const char *label, const char *key)
{
	char *value = describe_fact(view->profile, key);

	if (value && *value)
		print_line(view, label, value);
	free(value);
}

static void print_merged(const struct view *view)
{
	const char *nr = profile_fact(view->profile, "merged_profiles");
	const char *until = profile_fact(view->profile, "merged_until");
	char *text;

	if (!nr)
		return;
	text = xasprintf("%s profile%s%s%s", nr, !strcmp(nr, "1") ? "" : "s",
			 until ? ", the last until " : "", until ? until : "");
	print_line(view, "merged", text);
	free(text);
}

static void print_runs(const struct view *view)
{
	const struct profile *profile = view->profile;
	const char *run = profile_fact(profile, "run"),
		   *wanted = profile_fact(profile, "runs_wanted");
	char *text, *failed, *calls;

	if (!profile->runs)
		return;
	calls = run_range_text(profile);
	failed = wanted ? xasprintf(" of %s, the last of which failed", wanted) : xstrdup("");
	text = xasprintf("%" PRIu32 "%s, %s; what follows is run %s", profile->runs->nr, failed,
			 calls, run ? run : "?");
	print_line(view, "runs", text);
	free(text);
	free(failed);
	free(calls);
}

static void print_totals(const struct view *view, const char *label, const struct totals *totals)
{
	char count[FORMAT_SIZE], errors[FORMAT_SIZE], time[FORMAT_SIZE], bytes[FORMAT_SIZE];
	char *text =
		xasprintf("%s call%s, %s error%s, %s in system calls, %s moved",
			  format_count(count, totals->calls), format_plural(totals->calls),
			  format_count(errors, totals->errors), format_plural(totals->errors),
			  format_time(time, totals->time_ns), format_bytes(bytes, totals->bytes));

	print_line(view, label, text);
	free(text);
}

/* Appends ", 1 @one" or ", 12 @many" to *@list if the fact @key is a number above 0. */
static void append_count(const struct profile *profile, char **list, const char *key,
			 const char *one, const char *many)
{
	const char *value = profile_fact(profile, key);
	char *longer;

	if (!value || !strcmp(value, "0"))
		return;
	longer = xasprintf("%s%s%s %s", *list, **list ? ", " : "", value,
			   !strcmp(value, "1") ? one : many);
	free(*list);
	*list = longer;
}

static void print_completeness(const struct view *view)
{
	const struct profile *profile = view->profile;
	bool complete = profile_is_complete(profile);
	char *list = xstrdup("");
	char *text;

	append_count(profile, &list, "calls_lost", "call lost", "calls lost");
	append_count(profile, &list, PROFILE_FACT_SATURATED, "value too large to be stored",
		     "values too large to be stored");
	append_count(profile, &list, "overwritten_areas",
		     "thread whose counts the program has overwritten",
		     "threads whose counts the program has overwritten");
	append_count(profile, &list, "unfollowed_processes", "process not followed",
		     "processes not followed");
	append_count(profile, &list, "unfinished_calls", "call never returned",
		     "calls never returned");
	append_count(profile, &list, "paused_calls", "call left out by a pause",
		     "calls left out by pauses");
	append_count(profile, &list, "unbalanced_regions", "end of no region", "ends of no region");
	append_count(profile, &list, "truncated_stacks", "call with a truncated stack",
		     "calls with a truncated stack");
	append_count(profile, &list, "frame_pointer_stacks", "call with a stack by frame pointers",
		     "calls with a stack by frame pointers");
	if (!complete && !profile_fact(profile, PROFILE_FACT_COMPLETE))
		text = xstrdup("the profile does not say");
	else
		text = xasprintf("%s%s%s", complete ? "yes" : "no", *list ? "; " : "", list);
	print_styled(view, complete ? STYLE_PLAIN : STYLE_BAD, "complete", text);
	free(text);
	free(list);
}

static void print_engine(const struct view *view)
{
	char *engine = describe_fact(view->profile, "engine");
	char *start = describe_fact(view->profile, "start");
	char *text = xasprintf("%s%s%s", engine ? engine : "unknown", start ? ", from " : "",
			       start ? start : "");

	print_line(view, "engine", text);
	free(start);
	free(engine);
	free(text);
}

/* Says which part of the program is shown, if it is not the whole program. */
static void print_selection(const struct view *view)
{
	const char *trace = profile_fact(view->profile, "trace");
	const char *follow = profile_fact(view->profile, "follow");
	const char *scope = profile_fact(view->profile, SCOPE_FACT);
	const char *region = profile_fact(view->profile, SCOPE_REGION_FACT);
	const char *left_out = profile_fact(view->profile, SCOPE_LEFT_OUT_FACT);

	if (trace && strcmp(trace, "all") != 0)
		print_line(view, "traced", trace);
	if (scope)
		print_line(view, "from", scope);
	if (region)
		print_line(view, "region", region);
	if (left_out)
		print_line(view, "left out", left_out);
	if (follow && !strcmp(follow, "no"))
		print_line(view, "followed", "the first process only");
}

/* Prints how much of the time in system calls was work, and how much was waiting. */
static void print_waiting(const struct view *view, const struct totals *totals, uint64_t waiting_ns)
{
	char working[FORMAT_SIZE], waiting[FORMAT_SIZE];
	char *text;

	if (!waiting_ns)
		return;
	text = xasprintf("working %s, waiting %s (sum over threads)",
			 format_time(working, totals->time_ns - waiting_ns),
			 format_time(waiting, waiting_ns));
	print_line(view, "time", text);
	free(text);
}

/*
 * Prints which share of the wall time was in system calls. Under ptrace, the wall time includes the
 * stops.
 */
static void print_wall_time(const struct view *view, const struct totals *totals,
			    uint64_t waiting_ns)
{
	uint64_t working_ns = totals->time_ns - waiting_ns;
	const char *engine = profile_fact(view->profile, "engine");
	uint64_t wall_ns =
		view->profile->duration_ns > 0 ? (uint64_t)view->profile->duration_ns : 0;
	char wall[FORMAT_SIZE], share[FORMAT_SIZE];
	char *text;

	if (!wall_ns)
		return;
	if (working_ns > wall_ns)
		snprintf(share, sizeof(share), "%.1f times that",
			 (double)working_ns / (double)wall_ns);
	else
		format_percent(share, working_ns, wall_ns);
	text = xasprintf("%s%s; %sin system calls %s%s", format_time(wall, wall_ns),
			 engine && !strcmp(engine, "ptrace") ? " with scprof's stops" : "",
			 waiting_ns ? "working " : "", share,
			 working_ns > wall_ns ? ", all threads together" : " of it");
	print_line(view, "wall time", text);
	free(text);
}

/* Says why times are approximate, if they are. */
static void print_clock(const struct view *view)
{
	const char *clock = profile_fact(view->profile, "clock");
	const char *reason = clock ? strstr(clock, "approximate") : NULL;

	if (reason)
		print_line(view, "times", reason);
}

/* Prints for how many calls the time is only a minimum. */
static void print_uncertain(const struct view *view)
{
	const char *calls = profile_fact(view->profile, "uncertain_times");
	const char *ns = profile_fact(view->profile, "uncertain_ns");
	char count[FORMAT_SIZE], time[FORMAT_SIZE];
	uint64_t nr = calls ? strtoull(calls, NULL, 10) : 0;
	char *text;

	if (!nr || !ns)
		return;
	text = xasprintf(
		"at least what is shown for %s call%s, at most %s more in all: scprof sees "
		"the end of a call late while it serves other threads",
		format_count(count, nr), format_plural(nr),
		format_time(time, strtoull(ns, NULL, 10)));
	print_line(view, "times", text);
	free(text);
}

void view_header(const struct view *view, const struct totals *selected)
{
	struct totals totals = { 0 };
	struct waiting_sum waiting;

	waiting_sum_init(&waiting, view->profile, NULL);
	for (uint32_t i = 0; i < view->profile->nr_samples; i++) {
		struct totals sample = totals_of_sample(&view->profile->samples[i]);

		totals_add(&totals, &sample);
	}
	print_merged(view);
	print_runs(view);
	print_fact(view, "command", "command");
	print_fact(view, "exit", "exit_status");
	print_engine(view);
	print_selection(view);
	print_totals(view, "total", &totals);
	if (selected)
		print_totals(view, "selected", selected);
	print_waiting(view, &totals, waiting.totals.time_ns);
	print_wall_time(view, &totals, waiting.totals.time_ns);
	waiting_sum_fini(&waiting);
	print_clock(view);
	print_uncertain(view);
	print_completeness(view);
	fputc('\n', view->out);
}
