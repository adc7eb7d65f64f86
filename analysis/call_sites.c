// SPDX-License-Identifier: MIT
/*
 * The tables of names and of call sites: each is an array with a hash table that finds ids.
 */
#include "analysis/call_sites.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "profile/util/text.h"
#include "profile/util/xalloc.h"

const char *const run_fact_names[NR_RUN_FACTS] = {
	"command", "architecture", "kernel", "libc",	    "build-id", "trace", "start",
	"stdin",   "stdout",	   "stderr", "environment", "skip",	"names", "from",
};
const char *const run_fact_labels[NR_RUN_FACTS] = {
	"command",
	"architecture",
	"kernel",
	"C library",
	"program's build id",
	"traced calls",
	"start of counting",
	"kind of standard input",
	"kind of standard output",
	"kind of standard error",
	"environment",
	"code that --skip names",
	"naming of call sites",
	"function below which calls count",
};

static uint64_t place_hash_of(const struct call_place *place)
{
	return hash_mix(hash_seed, (uint64_t)place->module << 32 | place->function);
}

static uint64_t place_hash(const void *owner, uint32_t id)
{
	const struct call_names *names = owner;

	return place_hash_of(&names->places[id]);
}

void call_names_init(struct call_names *names)
{
	*names = (struct call_names){ 0 };
	string_table_init(&names->strings);
	stack_table_init(&names->stacks);
	hash_index_init(&names->index);
	names->places = xgrow(NULL, 0, &names->places_capacity, sizeof(*names->places));
	names->places[names->nr_places++] = (struct call_place){ 0 };
}

void call_names_fini(struct call_names *names)
{
	string_table_fini(&names->strings);
	stack_table_fini(&names->stacks);
	hash_index_fini(&names->index);
	free(names->places);
	*names = (struct call_names){ 0 };
}

uint32_t call_names_place(struct call_names *names, const struct call_place *place)
{
	uint64_t hash = place_hash_of(place);
	uint32_t bucket = hash_index_first(&names->index, hash);
	uint32_t id;

	while ((id = names->index.buckets[bucket])) {
		struct call_place *known = &names->places[id];

		if (known->module == place->module && known->function == place->function) {
			if (!known->file)
				known->file = place->file;
			return id;
		}
		bucket = hash_index_next(&names->index, bucket);
	}
	hash_index_reserve(&names->index, names->nr_places - 1, place_hash, names);
	names->places = xgrow(names->places, names->nr_places, &names->places_capacity,
			      sizeof(*names->places));
	id = names->nr_places++;
	names->places[id] = *place;
	hash_index_insert(&names->index, hash, id);
	return id;
}

const char *call_names_text(const struct call_names *names, uint32_t string)
{
	return string_table_get(&names->strings, string);
}

/* Returns true for a name like `libz.so.1.2+0x12`, which consists of module and address. */
static bool is_address_in(const char *function, const char *module)
{
	return !strncmp(function, module, strlen(module)) && strstr(function, "+0x");
}

char *call_names_place_text(const struct call_names *names, uint32_t id, const char *program)
{
	const struct call_place *place = &names->places[id];
	const char *module = call_names_text(names, place->module);

	if (!id)
		return xstrdup("[no stack]");
	if (!place->module)
		module = program ? program : "program";
	if (!place->function)
		return *module == '[' ? xstrdup(module) : xasprintf("[%s]", module);
	if (!place->module || is_address_in(call_names_text(names, place->function), module))
		return xstrdup(call_names_text(names, place->function));
	return xasprintf(*module == '[' ? "%s %s" : "%s [%s]",
			 call_names_text(names, place->function), module);
}

/*
 * Returns true for the suffixes, after a dot, that gcc and clang give to parts and copies of a
 * function.
 */
static bool is_compiler_suffix(const char *suffix)
{
	static const char *const words[] = { "part",	 "isra", "constprop", "cold",
					     "lto_priv", "llvm", "clone",     "localalias" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t length = strlen(words[i]);

		if (!strncmp(suffix, words[i], length) && !isalpha((unsigned char)suffix[length]))
			return true;
	}
	return false;
}

/* Returns true if @name ends with rustc's hash: `::h` and sixteen hexadecimal digits. */
static bool has_rust_hash(const char *name, size_t length)
{
	return length > 19 && !strncmp(name + length - 19, "::h", 3) &&
	       strspn(name + length - 16, "0123456789abcdef") == 16;
}

char *call_names_stable_function(const char *function)
{
	char *name = xstrdup(function);
	char *clone = strstr(name, " [clone ");
	size_t length;

	if (clone)
		*clone = '\0';
	for (char *dot = strchr(name, '.'); dot; dot = strchr(dot + 1, '.')) {
		if (dot > name && is_compiler_suffix(dot + 1)) {
			*dot = '\0';
			break;
		}
	}
	length = strlen(name);
	if (has_rust_hash(name, length))
		name[length - 19] = '\0';
	return name;
}

char *call_names_stable_module(const char *path)
{
	char *name = xstrdup(text_basename(path));
	char *library = strstr(name, ".so");

	if (library && (library[3] == '.' || !library[3]))
		library[3] = '\0';
	return name;
}

static uint64_t site_hash_of(const struct call_site_key *key)
{
	return hash_bytes(key, sizeof(*key));
}

static uint64_t site_hash(const void *owner, uint32_t id)
{
	const struct call_sites *sites = owner;

	return site_hash_of(&sites->sites[id - 1].key);
}

void call_sites_init(struct call_sites *sites, struct call_names *names)
{
	*sites = (struct call_sites){ .names = names, .nr_runs = 1 };
	hash_index_init(&sites->index);
}

void call_sites_fini(struct call_sites *sites)
{
	for (uint32_t i = 0; i < sites->nr; i++)
		free(sites->sites[i].varying);
	free(sites->sites);
	hash_index_fini(&sites->index);
	for (int fact = 0; fact < NR_RUN_FACTS; fact++)
		free(sites->facts[fact]);
	free(sites->program);
	free(sites->scope);
	free(sites->left_out);
	*sites = (struct call_sites){ 0 };
}

static struct call_site *find_site(struct call_sites *sites, const struct call_site_key *key)
{
	uint64_t hash = site_hash_of(key);
	uint32_t bucket = hash_index_first(&sites->index, hash);
	uint32_t id;

	while ((id = sites->index.buckets[bucket])) {
		if (!memcmp(&sites->sites[id - 1].key, key, sizeof(*key)))
			return &sites->sites[id - 1];
		bucket = hash_index_next(&sites->index, bucket);
	}
	hash_index_reserve(&sites->index, sites->nr, site_hash, sites);
	sites->sites = xgrow(sites->sites, sites->nr, &sites->capacity, sizeof(*sites->sites));
	sites->sites[sites->nr++] = (struct call_site){ .key = *key, .nr = UINT32_MAX };
	hash_index_insert(&sites->index, hash, sites->nr);
	return &sites->sites[sites->nr - 1];
}

struct call_site *call_sites_add(struct call_sites *sites, const struct call_site_key *key,
				 const struct totals *totals)
{
	struct call_site *site = find_site(sites, key);

	totals_add(&site->totals, totals);
	return site;
}

struct totals call_sites_total(const struct call_sites *sites)
{
	struct totals total = { 0 };

	for (uint32_t i = 0; i < sites->nr; i++)
		totals_add(&total, &sites->sites[i].totals);
	return total;
}

void call_sites_set_fact(struct call_sites *sites, enum run_fact fact, const char *value)
{
	free(sites->facts[fact]);
	sites->facts[fact] = value && *value ? xstrdup(value) : NULL;
}

char *call_syscall_text(uint32_t abi, uint32_t nr)
{
	if (abi == SYSCALL_ABI_X86_64)
		return xstrdup(syscall_name(abi, nr));
	return xasprintf("%s (%s)", syscall_name(abi, nr), syscall_abi_name(abi));
}

bool call_syscall_parse(const char *text, uint32_t *abi, uint32_t *nr)
{
	const char *bracket = strstr(text, " (");
	size_t length = bracket ? (size_t)(bracket - text) : strlen(text);
	int found_abi = SYSCALL_ABI_X86_64;
	int64_t found = -1;

	if (bracket) {
		char *abi_name = xasprintf("%.*s", (int)strcspn(bracket + 2, ")"), bracket + 2);

		found_abi = syscall_abi_from_name(abi_name);
		free(abi_name);
	}
	if (found_abi >= 0) {
		char *name = xasprintf("%.*s", (int)length, text);

		found = syscall_number((enum syscall_abi)found_abi, name);
		free(name);
	}
	if (found < 0)
		return false;
	*abi = (uint32_t)found_abi;
	*nr = (uint32_t)found;
	return true;
}
