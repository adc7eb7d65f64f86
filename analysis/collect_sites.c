// SPDX-License-Identifier: MIT
/*
 * Makes the places of each frame once, and then each stack from its caller's stack, so the work is
 * proportional to the size of the profile. A place that equals its caller's place is left out:
 * recursion and unnamed code would otherwise make equal stacks differ in depth.
 */
#include "analysis/collect_sites.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/code_kind.h"
#include "analysis/location.h"
#include "analysis/site_kind.h"
#include "analysis/user_code.h"
#include "profile/model/runs.h"
#include "profile/model/scope.h"
#include "profile/symbols/c_library.h"
#include "profile/util/text.h"
#include "profile/util/xalloc.h"

#define COMM_LENGTH 15 /* the kernel keeps this many bytes of a process's name: TASK_COMM_LEN */

struct collection {
	struct call_sites *sites;
	const struct profile *profile;
	const struct profile *other;
	struct user_code own;
	struct site_kinds kinds;
	uint32_t *modules;   /* by mapping id: string id in names */
	bool *keeps_address; /* by mapping id */
	uint32_t *stacks;    /* by stack id of the profile: stack id in names */
};

static const char *string(const struct profile *profile, uint32_t id)
{
	return string_table_get(&profile->strings, id);
}

static uint32_t intern_taken(struct call_names *names, char *text)
{
	uint32_t id = string_table_intern(&names->strings, text);

	free(text);
	return id;
}

static bool has_build(const struct profile *profile, const char *build_id)
{
	for (uint32_t i = 1; i < profile->nr_mappings; i++) {
		if (!strcmp(string(profile, profile->mappings[i].build_id), build_id))
			return true;
	}
	return false;
}

static void name_modules(struct collection *collection)
{
	const struct profile *profile = collection->profile;
	const char *executable = profile_fact(profile, "executable");

	collection->modules = xcalloc(profile->nr_mappings, sizeof(*collection->modules));
	collection->keeps_address =
		xcalloc(profile->nr_mappings, sizeof(*collection->keeps_address));
	for (uint32_t i = 1; i < profile->nr_mappings; i++) {
		const struct mapping *mapping = &profile->mappings[i];
		const char *path = string(profile, mapping->path);

		collection->keeps_address[i] =
			mapping->build_id && collection->other &&
			has_build(collection->other, string(profile, mapping->build_id));
		if (executable && !strcmp(path, executable))
			continue;
		collection->modules[i] =
			intern_taken(collection->sites->names, call_names_stable_module(path));
	}
}

/*
 * Returns true for a function without a symbol: `ls+0x1234`, which is module and address, or
 * `[anon]`.
 */
static bool is_unnamed(const struct profile *profile, const struct location *location)
{
	const char *function = string(profile, location->function);
	const char *module = text_basename(string(profile, location->module));
	size_t length = strlen(module);

	return !location->function ||
	       (length && !strncmp(function, module, length) &&
		(!function[length] || !strncmp(function + length, "+0x", 3)));
}

static uint32_t name_function(struct collection *collection, uint32_t mapping,
			      const struct location *location)
{
	const struct profile *profile = collection->profile;
	struct call_names *names = collection->sites->names;

	if (mapping && is_unnamed(profile, location) && !collection->keeps_address[mapping])
		return 0;
	if (!location->function)
		return intern_taken(names, location_function(profile, location));
	return intern_taken(names, call_names_stable_function(string(profile, location->function)));
}

static uint32_t name_place(struct collection *collection, uint32_t frame, uint32_t nth)
{
	const struct profile *profile = collection->profile;
	struct call_names *names = collection->sites->names;
	struct location location = location_of(profile, frame, nth);
	const struct frame *source = &profile->frames[frame];
	uint32_t mapping = source->mapping;
	struct call_place place = {
		.is_runtime =
			nth < source->nr_lines && collection->own.foreign[source->first_line + nth],
		.module = collection->modules[mapping],
		.function = name_function(collection, mapping, &location),
		.file = string_table_intern(&names->strings, string(profile, location.file)),
	};

	return frame ? call_names_place(names, &place) : 0;
}

static void name_stacks(struct collection *collection)
{
	const struct stack_table *from = &collection->profile->stacks;
	struct stack_table *to = &collection->sites->names->stacks;

	collection->stacks = xcalloc(from->nr, sizeof(*collection->stacks));
	for (uint32_t id = 1; id < from->nr; id++) {
		const struct stack_node *node = &from->nodes[id];
		uint32_t stack = collection->stacks[node->parent];

		for (uint32_t nth = location_count(collection->profile, node->frame); nth > 0;) {
			uint32_t place = name_place(collection, node->frame, --nth);

			if (!stack || to->nodes[stack].frame != place)
				stack = stack_table_intern(to, stack, place);
		}
		collection->stacks[id] = stack;
	}
}

/*
 * The program's own process has the empty name, because its real name depends on the name of the
 * file.
 */
static uint32_t name_process(const struct collection *collection, uint32_t process)
{
	const char *executable = profile_fact(collection->profile, "executable");
	const char *name = string(collection->profile, process);

	if (executable && !strncmp(text_basename(executable), name, COMM_LENGTH))
		return 0;
	return string_table_intern(&collection->sites->names->strings, name);
}

/* Adds @totals to the site of @from, and returns that site. */
static struct call_site *add_site(struct collection *collection, const struct sample_key *from,
				  const struct totals *totals)
{
	struct call_names *names = collection->sites->names;
	uint32_t frame = user_code_frame(&collection->own, from->stack);
	uint32_t nth = user_code_nth(&collection->own, from->stack);
	struct location location = location_of(collection->profile, frame, nth);
	struct call_site_key key = {
		.place = name_place(collection, frame, nth),
		.syscall = intern_taken(names, call_syscall_text(from->abi, from->nr)),
		.process = name_process(collection, from->process),
		.error = from->error,
		.stack = collection->stacks[from->stack],
		.line = location.line,
		.region = string_table_intern(&names->strings,
					      string(collection->profile, from->region)),
		.kind = site_kind_of(&collection->kinds, from),
	};
	struct call_site *site;

	if (key.kind == SITE_LOADER)
		key.place = site_kind_place(names, SITE_LOADER);
	site = call_sites_add(collection->sites, &key, totals);
	site->abi = from->abi;
	site->nr = from->nr;
	site->file =
		string_table_intern(&names->strings, string(collection->profile, location.file));
	return site;
}

static void add_sample(struct collection *collection, const struct sample *sample)
{
	const struct totals totals = {
		.calls = sample->calls,
		.errors = sample_errors(sample),
		.time_ns = sample->time_ns,
		.bytes = sample->bytes,
	};

	add_site(collection, &sample->key, &totals);
}

/*
 * A site varies here if it contains a varying site of the profile. The rest of its calls is the
 * same in each run.
 */
static void add_runs(struct collection *collection)
{
	const struct profile *profile = collection->profile;
	const struct totals none = { 0 };
	uint32_t nr = profile_nr_runs(profile);

	collection->sites->nr_runs = nr;
	for (uint32_t i = 0; profile->runs && i < profile->runs->nr_sites; i++) {
		const struct run_site *from = &profile->runs->sites[i];
		struct call_site *site = add_site(collection, &from->key, &none);

		if (!site->varying)
			site->varying = xcalloc(nr, sizeof(*site->varying));
		for (uint32_t run = 0; run < nr; run++)
			site->varying[run] = count_add(site->varying[run], from->calls[run]);
	}
	for (uint32_t i = 0; profile->runs && i < profile->nr_samples; i++) {
		const struct sample *sample = &profile->samples[i];
		struct call_site *site = add_site(collection, &sample->key, &none);

		if (!site->varying || !profile_sample_is_steady(profile, sample))
			continue;
		for (uint32_t run = 0; run < nr; run++)
			site->varying[run] = count_add(site->varying[run], sample->calls);
	}
}

/* Describes the C library by its file and build id, because its version is not in the profile. */
static char *c_library_text(const struct profile *profile)
{
	for (uint32_t i = 1; i < profile->nr_mappings; i++) {
		const char *path = string(profile, profile->mappings[i].path);
		const char *name = text_basename(path);

		if (c_library_has_module(path) && !strncmp(name, "libc", 4))
			return xasprintf("%s %s", name,
					 string(profile, profile->mappings[i].build_id));
	}
	return NULL;
}

static void set_scope(struct call_sites *sites, const struct profile *profile)
{
	const char *from = profile_fact(profile, SCOPE_FACT);
	const char *region = profile_fact(profile, SCOPE_REGION_FACT);
	const char *left_out = profile_fact(profile, SCOPE_LEFT_OUT_FACT);

	if (from && region)
		sites->scope = xasprintf("what is below '%s' and in regions that match '%s'", from,
					 region);
	else if (from)
		sites->scope = xasprintf("what is below '%s'", from);
	else if (region)
		sites->scope = xasprintf("what is in regions that match '%s'", region);
	if (left_out)
		sites->left_out = xstrdup(left_out);
}

static void set_facts(struct call_sites *sites, const struct profile *profile)
{
	const char *executable = profile_fact(profile, "executable");
	char *library = c_library_text(profile);

	call_sites_set_fact(sites, RUN_COMMAND, profile_fact(profile, "command"));
	call_sites_set_fact(sites, RUN_ARCHITECTURE, syscall_abi_name(SYSCALL_ABI_X86_64));
	call_sites_set_fact(sites, RUN_KERNEL, profile_fact(profile, "kernel"));
	call_sites_set_fact(sites, RUN_LIBC, library);
	call_sites_set_fact(sites, RUN_TRACE, profile_fact(profile, "trace"));
	call_sites_set_fact(sites, RUN_START, profile_fact(profile, "start"));
	for (int fact = RUN_STDIN; fact <= RUN_ENVIRONMENT; fact++)
		call_sites_set_fact(sites, (enum run_fact)fact,
				    profile_fact(profile, run_fact_names[fact]));
	call_sites_set_fact(sites, RUN_SKIP, profile_fact(profile, CODE_SKIP_FACT));
	for (uint32_t i = 1; executable && i < profile->nr_mappings; i++) {
		if (!strcmp(string(profile, profile->mappings[i].path), executable))
			call_sites_set_fact(sites, RUN_BUILD_ID,
					    string(profile, profile->mappings[i].build_id));
	}
	if (executable)
		sites->program = xstrdup(text_basename(executable));
	call_sites_set_fact(sites, RUN_FROM, profile_fact(profile, SCOPE_FACT));
	set_scope(sites, profile);
	sites->is_complete = profile_is_complete(profile);
	sites->has_stacks = true;
	sites->has_time = true;
	sites->has_kinds = true;
	free(library);
}

/*
 * The kind of a site depends on the innermost code outside of the C library, even if that code is a
 * runtime's.
 */
static void collect(struct collection *collection, struct call_names *names)
{
	const struct profile *profile = collection->profile;
	struct user_code modules;

	user_code_init_modules(&modules, profile);
	site_kinds_init(&collection->kinds, profile, &modules);
	call_sites_init(collection->sites, names);
	name_modules(collection);
	name_stacks(collection);
	for (uint32_t i = 0; i < profile->nr_samples; i++)
		add_sample(collection, &profile->samples[i]);
	add_runs(collection);
	set_facts(collection->sites, profile);
	site_kinds_fini(&collection->kinds);
	user_code_fini(&modules);
	free(collection->modules);
	free(collection->keeps_address);
	free(collection->stacks);
}

void collect_sites(struct call_sites *sites, struct call_names *names,
		   const struct profile *profile, const struct profile *other)
{
	struct collection collection = { .sites = sites, .profile = profile, .other = other };

	user_code_init(&collection.own, profile);
	collect(&collection, names);
	call_sites_set_fact(sites, RUN_NAMES, RUN_NAMES_YOURS);
	user_code_fini(&collection.own);
}

/* Returns true if some call has another site in @a than in @b. */
static bool differ(const struct user_code *a, const struct user_code *b,
		   const struct profile *profile)
{
	for (uint32_t i = 0; i < profile->nr_samples; i++) {
		uint32_t stack = profile->samples[i].key.stack;

		if (user_code_frame(a, stack) != user_code_frame(b, stack) ||
		    user_code_nth(a, stack) != user_code_nth(b, stack))
			return true;
	}
	return false;
}

void collect_sites_as_before(struct call_sites *sites, struct call_names *names,
			     const struct profile *profile)
{
	struct collection collection = { .sites = sites, .profile = profile };
	struct user_code today;

	user_code_init_modules(&collection.own, profile);
	user_code_init(&today, profile);
	collect(&collection, names);
	sites->has_old_names = differ(&collection.own, &today, profile);
	user_code_fini(&today);
	user_code_fini(&collection.own);
}
