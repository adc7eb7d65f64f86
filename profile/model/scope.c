// SPDX-License-Identifier: MIT
/*
 * Each function is matched once, then each frame. A caller's stack has a smaller id, so one pass in
 * the order of ids cuts all stacks. Sites that differed only in the part that is removed become
 * one.
 */
#include "profile/model/scope.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "profile/model/runs.h"
#include "profile/util/pattern.h"
#include "profile/util/xalloc.h"

struct scope {
	struct profile *profile;
	bool *functions;  /* by function id: true if it matches */
	uint32_t *stacks; /* by stack id: the stack that remains, or 0; NULL: nothing is cut */
	uint32_t nr_stacks;
	bool *regions; /* by string id of the label: true if it is kept; NULL: all are kept */
};

static bool is_called(const char *name, const char *from)
{
	size_t length = strlen(from);

	return !strncmp(name, from, length) && (!name[length] || name[length] == '(');
}

static const char *text_of(const struct profile *profile, uint32_t id)
{
	return string_table_get(&profile->strings, id);
}

/* Frees @pattern. Returns 0. Returns -EINVAL and sets *@error if matching exceeded a limit. */
static int end_pattern(struct pattern *pattern, char **error)
{
	const char *failure = pattern_failure(pattern);

	if (failure)
		*error = xstrdup(failure);
	pattern_free(pattern);
	return failure ? -EINVAL : 0;
}

static int match_functions(struct scope *scope, const char *from, char **error)
{
	const struct profile *profile = scope->profile;
	struct pattern *pattern;

	if (*from != '/') {
		for (uint32_t id = 1; id < profile->nr_functions; id++)
			scope->functions[id] =
				is_called(text_of(profile, profile->functions[id].name), from);
		return 0;
	}
	pattern = pattern_compile(from + 1, error);
	if (!pattern)
		return -EINVAL;
	for (uint32_t id = 1; id < profile->nr_functions; id++)
		scope->functions[id] =
			pattern_matches(pattern, text_of(profile, profile->functions[id].name));
	return end_pattern(pattern, error);
}

static bool frame_matches(const struct scope *scope, uint32_t id)
{
	const struct frame *frame = &scope->profile->frames[id];

	for (uint32_t i = 0; i < frame->nr_lines; i++)
		if (scope->functions[scope->profile->lines[frame->first_line + i].function])
			return true;
	return false;
}

/* Returns true if any stack remains. */
static bool cut_stacks(struct scope *scope)
{
	struct stack_table *table = &scope->profile->stacks;
	bool is_any = false;

	for (uint32_t id = 1; id < scope->nr_stacks; id++) {
		struct stack_node node = table->nodes[id];
		uint32_t parent = scope->stacks[node.parent];

		if (parent || frame_matches(scope, node.frame)) {
			scope->stacks[id] = stack_table_intern(table, parent, node.frame);
			is_any = true;
		}
	}
	return is_any;
}

static bool is_truncated(const struct profile *profile, uint32_t stack)
{
	const struct stack_node *nodes = profile->stacks.nodes;

	while (stack && nodes[stack].parent)
		stack = nodes[stack].parent;
	return stack && !profile->frames[nodes[stack].frame].mapping;
}

/* Changes @key to what remains of it. Returns false if nothing remains. */
static bool cut_key(const struct scope *scope, struct sample_key *key)
{
	if (scope->regions)
		return scope->regions[key->region];
	key->stack = scope->stacks[key->stack];
	return key->stack;
}

/* Adds to the numbers of an earlier call. */
static void note_left_out(struct profile *profile, uint64_t calls, uint64_t truncated)
{
	const char *before = profile_fact(profile, SCOPE_LEFT_OUT_FACT);
	const char *of_them = before ? strchr(before, ',') : NULL;

	calls += before ? strtoull(before, NULL, 10) : 0;
	truncated += of_them ? strtoull(of_them + 1, NULL, 10) : 0;
	if (truncated)
		profile_set_fact(profile, SCOPE_LEFT_OUT_FACT,
				 "%" PRIu64 " calls, %" PRIu64 " of them with a truncated stack",
				 calls, truncated);
	else
		profile_set_fact(profile, SCOPE_LEFT_OUT_FACT, "%" PRIu64 " call%s", calls,
				 calls == 1 ? "" : "s");
}

static void cut_samples(const struct scope *scope, const struct sample *samples, uint32_t nr)
{
	struct profile *profile = scope->profile;
	uint64_t left_out = 0, truncated = 0;

	for (uint32_t i = 0; i < nr; i++) {
		struct sample_key key = samples[i].key;
		struct sample *sample;

		if (!cut_key(scope, &key)) {
			left_out += samples[i].calls;
			if (scope->stacks && is_truncated(profile, samples[i].key.stack))
				truncated += samples[i].calls;
			continue;
		}
		sample = profile_sample(profile, &key);
		sample->calls += samples[i].calls;
		sample->time_ns += samples[i].time_ns;
		sample->bytes += samples[i].bytes;
	}
	note_left_out(profile, left_out, truncated);
}

/* @samples are the samples before the cut. */
static void cut_runs(const struct scope *scope, const struct sample *samples, uint32_t nr)
{
	struct profile *profile = scope->profile;
	struct runs *before = profile->runs, *after;

	if (!before)
		return;
	profile->runs = NULL;
	profile_set_runs(profile, before->nr);
	after = profile->runs;
	for (uint32_t i = 0; i < before->nr_sites; i++) {
		struct sample_key key = before->sites[i].key;
		const struct run_site *known;
		uint64_t *calls;

		if (!cut_key(scope, &key))
			continue;
		known = profile_varying_site(profile, &key);
		calls = known ? known->calls : profile_add_varying_site(profile, &key);
		for (uint32_t run = 0; run < before->nr; run++)
			calls[run] += before->sites[i].calls[run];
	}
	/* A site that was steady may now be part of a site that varies. */
	for (uint32_t i = 0; i < nr; i++) {
		struct sample_key key = samples[i].key;
		const struct run_site *site;
		bool is_steady;

		profile->runs = before;
		is_steady = !profile_varying_site(profile, &key);
		profile->runs = after;
		site = is_steady && cut_key(scope, &key) ? profile_varying_site(profile, &key)
							 : NULL;
		for (uint32_t run = 0; site && run < after->nr; run++)
			site->calls[run] += samples[i].calls;
	}
	runs_free(before);
}

static void cut(const struct scope *scope)
{
	uint32_t nr;
	struct sample *samples = profile_take_samples(scope->profile, &nr);

	cut_samples(scope, samples, nr);
	cut_runs(scope, samples, nr);
	free(samples);
}

int scope_apply(struct profile *profile, const char *from, char **error)
{
	struct scope scope = {
		.profile = profile,
		.functions = xcalloc(profile->nr_functions, sizeof(*scope.functions)),
		.stacks = xcalloc(profile->stacks.nr, sizeof(*scope.stacks)),
		.nr_stacks = profile->stacks.nr,
	};
	int err = match_functions(&scope, from, error);

	if (!err && !cut_stacks(&scope)) {
		err = -ENOENT;
		*error = xasprintf("no stack has a function %s'%s'",
				   *from == '/' ? "that matches " : "",
				   *from == '/' ? from + 1 : from);
	}
	if (!err) {
		cut(&scope);
		profile_set_fact(profile, SCOPE_FACT, "%s", from);
	}
	free(scope.functions);
	free(scope.stacks);
	return err;
}

/* Returns true if some call is kept, in a region or outside of all. */
static bool match_regions(struct scope *scope, const struct pattern *pattern)
{
	const struct profile *profile = scope->profile;
	bool is_any = false;

	for (uint32_t id = 0; id < profile->strings.nr; id++)
		scope->regions[id] = pattern_matches(pattern, text_of(profile, id));
	for (uint32_t i = 0; i < profile->nr_samples; i++)
		is_any |= scope->regions[profile->samples[i].key.region];
	for (uint32_t i = 0; profile->runs && i < profile->runs->nr_sites; i++)
		is_any |= scope->regions[profile->runs->sites[i].key.region];
	return is_any;
}

int scope_apply_region(struct profile *profile, const char *regex, char **error)
{
	struct scope scope = { .profile = profile };
	struct pattern *pattern = pattern_compile(regex, error);
	bool is_any;
	int err;

	if (!pattern)
		return -EINVAL;
	scope.regions = xcalloc(profile->strings.nr, sizeof(*scope.regions));
	is_any = match_regions(&scope, pattern);
	err = end_pattern(pattern, error);
	if (!err && is_any) {
		cut(&scope);
		profile_set_fact(profile, SCOPE_REGION_FACT, "%s", regex);
	} else if (!err) {
		err = -ENOENT;
		*error = xasprintf("no call was made in a region that matches '%s'", regex);
	}
	free(scope.regions);
	return err;
}

void scope_apply_none(struct profile *profile, const char *fact, const char *value)
{
	struct scope scope = { .profile = profile };

	scope.regions = xcalloc(profile->strings.nr, sizeof(*scope.regions));
	cut(&scope);
	profile_set_fact(profile, fact, "%s", value);
	free(scope.regions);
}
