// SPDX-License-Identifier: MIT
/*
 * One pass over all lines looks at the modules. After that, the first of these that applies decides
 * about a function: --skip, the module, the source file, the name in the symbol table.
 */
#include "analysis/code_kind.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile/util/pattern.h"
#include "profile/util/text.h"
#include "profile/util/xalloc.h"

static const char *string(const struct profile *profile, uint32_t id)
{
	return string_table_get(&profile->strings, id);
}

static bool has_prefix(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

char *code_skip_join(const char *before, const char *regex)
{
	return before ? xasprintf("%s|(?:%s)", before, regex) : xasprintf("(?:%s)", regex);
}

/* Returns what makes @regex unusable for the names of @profile, or NULL. The caller frees it. */
static char *try_expression(const struct profile *profile, const char *regex)
{
	char *error = NULL;
	struct pattern *pattern = pattern_compile(regex, &error);

	for (uint32_t id = 1; pattern && id < profile->strings.nr; id++)
		pattern_matches(pattern, string(profile, id));
	if (pattern && pattern_failure(pattern))
		error = xstrdup(pattern_failure(pattern));
	pattern_free(pattern);
	return error;
}

int code_skip(struct profile *profile, const char *regex, char **error)
{
	char *all = code_skip_join(profile_fact(profile, CODE_SKIP_FACT), regex);

	*error = try_expression(profile, regex);
	if (!*error)
		*error = try_expression(profile, all);
	if (!*error)
		profile_set_fact(profile, CODE_SKIP_FACT, "%s", all);
	free(all);
	return *error ? -EINVAL : 0;
}

/*
 * Finds the directory of Go's sources: the part of a path before `runtime/proc.go`, for a file of
 * the runtime.
 */
static void look_at_go(const struct profile *profile, struct code_module *module,
		       const struct function *function)
{
	static const char *const sure[] = { "runtime.goexit", "runtime.mstart",
					    "runtime.mcall",  "runtime.rt0_go",
					    "runtime.main",   "runtime.systemstack" };
	const char *name = string(profile, function->name);
	const char *file = string(profile, function->file);
	const char *place = strstr(file, "/src/runtime/");

	if (module->go_root || !has_prefix(name, "runtime."))
		return;
	for (size_t i = 0; i < sizeof(sure) / sizeof(sure[0]); i++)
		module->is_go |= has_prefix(name, sure[i]);
	if (!place)
		return;
	module->is_go = true;
	module->go_file = function->file;
	module->go_root = (uint32_t)(place - file) + (uint32_t)strlen("/src/");
}

/*
 * Looks at the functions of each module. Some names show that the module is written in Go, or is
 * node.
 */
static void look_at_functions(struct code_kinds *kinds)
{
	const struct profile *profile = kinds->profile;

	for (uint32_t id = 1; id < profile->nr_frames; id++) {
		const struct frame *frame = &profile->frames[id];
		struct code_module *module = &kinds->modules[frame->mapping];
		const char *name =
			text_basename(string(profile, profile->mappings[frame->mapping].path));
		bool may_be_node = !strcmp(name, "node") || !strcmp(name, "nodejs");

		for (uint32_t nth = 0; nth < frame->nr_lines; nth++) {
			const struct line *line = &profile->lines[frame->first_line + nth];
			const struct function *function = &profile->functions[line->function];

			look_at_go(profile, module, function);
			if (may_be_node &&
			    has_prefix(string(profile, function->name), "v8::internal::"))
				module->is_runtime = kinds->has_jit = true;
		}
	}
}

/* The libraries of a Java virtual machine are near libjvm.so, and have names such as libnet.so. */
static bool is_in_java_home(const struct code_kinds *kinds, const char *path)
{
	const char *machine = string(kinds->profile, kinds->java_home);
	const char *server = strstr(machine, "/server/libjvm.so");

	return server && !strncmp(path, machine, (size_t)(server - machine) + 1);
}

static void look_at_modules(struct code_kinds *kinds)
{
	const struct profile *profile = kinds->profile;

	for (uint32_t i = 1; i < profile->nr_mappings; i++) {
		if (strstr(string(profile, profile->mappings[i].path), "/server/libjvm.so"))
			kinds->java_home = profile->mappings[i].path;
	}
	for (uint32_t i = 1; i < profile->nr_mappings; i++) {
		const char *path = string(profile, profile->mappings[i].path);
		const struct runtime_rule *rule = runtime_module_rule(path);

		kinds->modules[i].is_runtime = rule || is_in_java_home(kinds, path);
		kinds->modules[i].is_anonymous = !strcmp(path, "[anon]");
		kinds->has_jit |= rule && strncmp(rule->language, "C", 1) != 0 &&
				  strcmp(rule->language, "Perl") != 0;
	}
}

void code_kinds_init(struct code_kinds *kinds, const struct profile *profile)
{
	const char *skip = profile_fact(profile, CODE_SKIP_FACT);
	char *reason = NULL;

	*kinds = (struct code_kinds){
		.profile = profile,
		.modules = xcalloc(profile->nr_mappings + 1, sizeof(*kinds->modules)),
		.matches = xcalloc(profile->strings.nr + 1, sizeof(*kinds->matches)),
		.sources = xcalloc(profile->strings.nr + 1, sizeof(*kinds->sources)),
		.symbols = xcalloc(profile->nr_functions + 1, sizeof(*kinds->symbols)),
	};
	/*
	 * A profile from elsewhere may contain an invalid expression. Such an expression skips
	 * nothing.
	 */
	if (skip)
		kinds->skip = pattern_new(skip, &reason);
	free(reason);
	look_at_modules(kinds);
	look_at_functions(kinds);
}

void code_kinds_fini(struct code_kinds *kinds)
{
	pattern_free(kinds->skip);
	free(kinds->modules);
	free(kinds->matches);
	free(kinds->sources);
	free(kinds->symbols);
	*kinds = (struct code_kinds){ 0 };
}

static bool is_skipped(struct code_kinds *kinds, uint32_t id)
{
	uint8_t *known = &kinds->matches[id];

	if (!*known && id)
		*known = pattern_matches(kinds->skip, string(kinds->profile, id)) ? 2 : 1;
	return *known == 2;
}

static enum code_kind go_kind(const struct code_kinds *kinds, const struct code_module *module,
			      const struct function *function)
{
	const char *file = string(kinds->profile, function->file);
	enum code_kind kind = runtime_go_kind(string(kinds->profile, function->name));

	if (!module->go_root || *file != '/' || kind == CODE_USER)
		return kind;
	/* A program may have a package with the same name as a package of Go. */
	return !strncmp(file, string(kinds->profile, module->go_file), module->go_root) ? kind
											: CODE_USER;
}

static bool is_library_source(struct code_kinds *kinds, uint32_t file)
{
	uint8_t *known = &kinds->sources[file];

	if (!*known)
		*known = runtime_has_source(string(kinds->profile, file)) ? 2 : 1;
	return *known == 2;
}

static enum code_kind symbol_kind(struct code_kinds *kinds, const struct function *function)
{
	const struct profile *profile = kinds->profile;
	uint8_t *known = &kinds->symbols[function - profile->functions];

	if (!*known)
		*known = (uint8_t)runtime_symbol_kind(string(profile, function->system_name),
						      string(profile, function->name)) +
			 1;
	return (enum code_kind)(*known - 1);
}

enum code_kind code_kind_of(struct code_kinds *kinds, uint32_t frame, uint32_t nth)
{
	const struct profile *profile = kinds->profile;
	const struct frame *source = &profile->frames[frame];
	const struct code_module *module = &kinds->modules[source->mapping];
	const struct function *function = NULL;
	const char *name, *file;

	if (nth < source->nr_lines)
		function = &profile->functions[profile->lines[source->first_line + nth].function];
	if (kinds->skip && (is_skipped(kinds, profile->mappings[source->mapping].path) ||
			    (function && (is_skipped(kinds, function->name) ||
					  is_skipped(kinds, function->file)))))
		return CODE_RUNTIME;
	if (module->is_runtime)
		return CODE_RUNTIME;
	if (!function)
		return module->is_anonymous && kinds->has_jit ? CODE_UNNAMED : CODE_USER;
	name = string(profile, function->name);
	file = string(profile, function->file);
	if (module->is_anonymous && (kinds->has_jit || has_prefix(name, "py::")))
		return runtime_jit_kind(name, file);
	if (module->is_go && (!*file || strchr(name, '.')))
		return go_kind(kinds, module, function);
	if (*file)
		return is_library_source(kinds, function->file) ? CODE_RUNTIME : CODE_USER;
	return symbol_kind(kinds, function);
}
