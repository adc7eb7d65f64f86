// SPDX-License-Identifier: MIT
/*
 * Makes call sites from a text with the names of functions.
 */
#include "tests/unit/made_sites.h"

#include <stdlib.h>
#include <string.h>

#include "profile/util/xalloc.h"

void made_runs_init(struct made_runs *runs)
{
	call_names_init(&runs->names);
	call_sites_init(&runs->base, &runs->names);
	call_sites_init(&runs->new, &runs->names);
	runs->base.is_complete = runs->new.is_complete = true;
	runs->base.has_stacks = runs->new.has_stacks = true;
	runs->base.has_time = runs->new.has_time = true;
	runs->base.has_kinds = runs->new.has_kinds = true;
	runs->base.program = xstrdup("app");
	runs->new.program = xstrdup("app");
}

void made_runs_fini(struct made_runs *runs)
{
	call_sites_fini(&runs->base);
	call_sites_fini(&runs->new);
	call_names_fini(&runs->names);
}

static uint32_t place_of(struct call_names *names, char *word)
{
	char *file = strchr(word, '@');
	struct call_place place = { 0 };

	if (file) {
		*file++ = '\0';
		place.file = string_table_intern(&names->strings, file);
	}
	place.function = string_table_intern(&names->strings, word);
	return call_names_place(names, &place);
}

static struct call_site *make(struct call_sites *sites, struct call_site_key key, const char *stack,
			      const char *syscall, uint64_t calls)
{
	struct totals totals = { .calls = calls,
				 .errors = key.error ? calls : 0,
				 .time_ns = 1000 * calls };
	char *words = xstrdup(stack), *save = NULL;
	struct call_site *site;
	uint32_t abi, nr;

	for (char *word = strtok_r(words, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		key.place = place_of(sites->names, word);
		key.stack = stack_table_intern(&sites->names->stacks, key.stack, key.place);
	}
	key.syscall = string_table_intern(&sites->names->strings, syscall);
	site = call_sites_add(sites, &key, &totals);
	if (call_syscall_parse(syscall, &abi, &nr)) {
		site->abi = abi;
		site->nr = nr;
	}
	site->file = sites->names->places[key.place].file;
	free(words);
	return site;
}

struct call_site *made_site(struct call_sites *sites, const char *stack, uint32_t line,
			    const char *syscall, uint32_t error, uint64_t calls)
{
	return make(sites, (struct call_site_key){ .error = error, .line = line }, stack, syscall,
		    calls);
}

struct call_site *made_site_in(struct call_sites *sites, const char *region, const char *stack,
			       const char *syscall, uint64_t calls)
{
	uint32_t label = string_table_intern(&sites->names->strings, region);

	return make(sites, (struct call_site_key){ .line = 1, .region = label }, stack, syscall,
		    calls);
}

struct call_site *made_site_of_kind(struct call_sites *sites, enum site_kind kind,
				    const char *stack, const char *syscall, uint64_t calls)
{
	return make(sites, (struct call_site_key){ .line = 1, .kind = kind }, stack, syscall,
		    calls);
}

void made_varying(struct call_sites *sites, struct call_site *site, uint64_t least,
		  uint64_t greatest)
{
	site->varying = xcalloc(2, sizeof(*site->varying));
	site->varying[0] = least;
	site->varying[1] = greatest;
	sites->nr_runs = 2;
}

char *made_text(void (*print)(const void *of, FILE *out), const void *of)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	print(of, out);
	fclose(out);
	return text;
}
