// SPDX-License-Identifier: MIT
/*
 * A baseline is recognised by its first key, in its first lines. Any other file is read as a
 * profile, and refused if it is not one.
 */
#include "cli/cmd/load_sites.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/baseline.h"
#include "analysis/code_kind.h"
#include "analysis/collect_sites.h"
#include "analysis/site_kind.h"
#include "cli/cmd/find_profile.h"
#include "cli/term/exit_status.h"
#include "cli/term/message.h"
#include "profile/model/scope.h"
#include "profile/util/xalloc.h"

#define HEAD_SIZE 4096

static bool is_baseline(const char *path)
{
	char head[HEAD_SIZE + 2] = "\n";
	FILE *file;
	size_t size;

	if (!path || !strcmp(path, "-"))
		return false;
	file = fopen(path, "re");
	if (!file)
		return false;
	size = fread(head + 1, 1, HEAD_SIZE, file);
	fclose(file);
	head[size + 1] = '\0';
	return strstr(head, "\n" BASELINE_KEY ":") != NULL;
}

static int open_one(struct loaded_sites *loaded, struct call_names *names)
{
	char *error = NULL;

	*loaded = (struct loaded_sites){ .path = loaded->path };
	if (!is_baseline(loaded->path)) {
		loaded->is_profile = !find_profile(&loaded->profile, loaded->path);
		return loaded->is_profile ? STATUS_OK : STATUS_FAILURE;
	}
	if (!baseline_read(&loaded->sites, names, loaded->path, &error))
		return STATUS_OK;
	message_print("%s", error);
	free(error);
	return STATUS_FAILURE;
}

/* One option, and the function that applies it. */
struct part {
	const char *option;
	const char *wanted;
	const char *fact;
	int (*apply)(struct profile *profile, const char *wanted, char **error);
};

/*
 * Reduces both sides to a part. If @may_lack, one side may have no calls in it: then all calls of
 * the other side are new or gone. If neither side has any, the option is a mistake.
 */
static int cut(const struct part *part, struct loaded_sites *const sides[2], bool may_lack)
{
	char *errors[2] = { NULL, NULL };
	int errs[2], status = STATUS_OK;

	for (int i = 0; i < 2; i++)
		errs[i] = sides[i] ? part->apply(&sides[i]->profile, part->wanted, &errors[i]) : 0;
	for (int i = 0; i < 2 && status == STATUS_OK; i++) {
		bool is_one = sides[0] && errs[i] == -ENOENT && !errs[1 - i];

		if (!errs[i])
			continue;
		if (is_one && may_lack) {
			scope_apply_none(&sides[i]->profile, part->fact, part->wanted);
			continue;
		}
		status = STATUS_FAILURE;
		if (is_one)
			message_print("%s: %s in '%s'", part->option, errors[i], sides[i]->path);
		else
			message_print("%s: %s", part->option, errors[i]);
	}
	free(errors[0]);
	free(errors[1]);
	return status;
}

/* Returns the side that is a baseline in text, or NULL. */
static const struct loaded_sites *text_of(struct loaded_sites *const sides[2])
{
	for (int i = 0; i < 2; i++) {
		if (sides[i] && !sides[i]->is_profile)
			return sides[i];
	}
	return NULL;
}

/*
 * A baseline in text may contain only the calls below one function. Then the profile is reduced in
 * the same way. Sets *@from to this function, or to NULL. Prints a message and returns STATUS_USAGE
 * if @scope names another function.
 */
static int find_from(struct loaded_sites *const sides[2], const struct load_scope *scope,
		     const char **from)
{
	*from = NULL;
	for (int i = 0; i < 2; i++) {
		if (sides[i] && !sides[i]->is_profile && sides[1 - i] && sides[1 - i]->is_profile)
			*from = sides[i]->sites.facts[RUN_FROM];
	}
	if (!*from || !scope || !scope->from || !strcmp(scope->from, *from))
		return STATUS_OK;
	message_print("--from %s does not fit the baseline, which has only what is below '%s'",
		      scope->from, *from);
	return STATUS_USAGE;
}

static int cut_by_baseline(struct loaded_sites *const sides[2], const char *from)
{
	struct loaded_sites *profile = sides[0]->is_profile ? sides[0] : sides[1];
	struct loaded_sites *const one[2] = { NULL, profile };
	const struct part part = { "the baseline: from", from, SCOPE_FACT, scope_apply };

	return cut(&part, one, false);
}

static int cut_all(struct loaded_sites *const sides[2], const struct load_scope *scope)
{
	const struct part parts[2] = {
		{ "--from", scope->from, SCOPE_FACT, scope_apply },
		{ "--region", scope->region, SCOPE_REGION_FACT, scope_apply_region },
	};
	int status = STATUS_OK;

	for (int i = 0; i < 2 && status == STATUS_OK; i++) {
		const struct loaded_sites *text = text_of(sides);

		if (!parts[i].wanted)
			continue;
		if (!text) {
			status = cut(&parts[i], sides, scope->may_lack);
			continue;
		}
		message_print("%s needs profiles: '%s' is a baseline in text, without stacks and "
			      "regions",
			      parts[i].option, text->path);
		status = STATUS_USAGE;
	}
	return status;
}

/*
 * The sites of a baseline in text already have names. So the profile on the other side must be read
 * with the --skip of the baseline.
 */
static int skip_as_text(const struct loaded_sites *text, struct profile *profile,
			const struct load_scope *scope)
{
	const char *skip = text->sites.facts[RUN_SKIP];
	char *wanted = scope && scope->skips ? skips_text(scope->skips) : NULL;
	char *error;
	int status = STATUS_OK;

	if (wanted && (!skip || strcmp(skip, wanted) != 0))
		message_print("note: --skip: '%s' was written with %s%s%s, which is used; 'scprof "
			      "baseline update' changes that",
			      text->path, skip ? "'" : "no expression", skip ? skip : "",
			      skip ? "'" : "");
	free(wanted);
	if (skip && code_skip(profile, skip, &error)) {
		message_print("%s: skip: %s", text->path, error);
		free(error);
		status = STATUS_FAILURE;
	}
	return status;
}

static int skip_all(struct loaded_sites *const sides[2], const struct load_scope *scope)
{
	const struct loaded_sites *text = text_of(sides);
	int status = STATUS_OK;

	for (int i = 0; i < 2 && status == STATUS_OK; i++) {
		if (!sides[i] || !sides[i]->is_profile)
			continue;
		if (text)
			status = skip_as_text(text, &sides[i]->profile, scope);
		else if (scope && scope->skips)
			status = skips_apply(scope->skips, &sides[i]->profile);
	}
	return status;
}

/* Collects the sites of @loaded, which is a profile. It is compared with @other (or NULL). */
static void collect(struct loaded_sites *loaded, struct call_names *names,
		    const struct loaded_sites *other)
{
	if (other && !other->is_profile && !other->sites.facts[RUN_NAMES])
		collect_sites_as_before(&loaded->sites, names, &loaded->profile);
	else
		collect_sites(&loaded->sites, names, &loaded->profile,
			      other && other->is_profile ? &other->profile : NULL);
}

int load_sites(struct loaded_sites *base, struct loaded_sites *new, struct call_names *names,
	       const struct load_scope *scope)
{
	struct loaded_sites *const sides[2] = { base, new };
	int status = base ? open_one(base, names) : STATUS_OK;
	const char *from;

	if (status != STATUS_OK)
		return status;
	status = open_one(new, names);
	if (status == STATUS_OK) {
		status = find_from(sides, scope, &from);
		if (status == STATUS_OK && from)
			status = cut_by_baseline(sides, from);
		if (status == STATUS_OK && scope)
			status = cut_all(sides,
					 from ? &(struct load_scope){ .region = scope->region }
					      : scope);
		if (status == STATUS_OK)
			status = skip_all(sides, scope);
		if (status != STATUS_OK)
			load_sites_fini(new);
	}
	if (status != STATUS_OK) {
		if (base)
			load_sites_fini(base);
		return status;
	}
	if (base && base->is_profile)
		collect(base, names, new);
	if (new->is_profile)
		collect(new, names, base);
	if (base && !base->is_profile && new->is_profile && base->sites.has_kinds)
		site_kind_group(&new->sites);
	if (base && base->is_profile && !new->is_profile &&new->sites.has_kinds)
		site_kind_group(&base->sites);
	return STATUS_OK;
}

void load_sites_fini(struct loaded_sites *loaded)
{
	call_sites_fini(&loaded->sites);
	if (loaded->is_profile)
		profile_fini(&loaded->profile);
}

void load_sites_say(char *const *notes)
{
	for (; notes && *notes; notes++)
		message_print("note: %s", *notes);
}
