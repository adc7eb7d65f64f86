// SPDX-License-Identifier: MIT
/*
 * Reads a baseline. Its blocks become call sites without stack, line and time. The errors of a
 * block become separate sites, as in a profile.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/baseline.h"
#include "analysis/baseline_schema.h"
#include "analysis/site_kind.h"
#include "profile/util/xalloc.h"
#include "profile/util/yaml_text.h"

#define TEXT_FIELD(key, structure, member)                                                       \
	CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, structure, member, \
			       0, CYAML_UNLIMITED)

static const cyaml_schema_field_t block_fields[] = {
	TEXT_FIELD("function", struct baseline_block, function),
	TEXT_FIELD("file", struct baseline_block, file),
	TEXT_FIELD("module", struct baseline_block, module),
	TEXT_FIELD("process", struct baseline_block, process),
	TEXT_FIELD("kind", struct baseline_block, kind),
	TEXT_FIELD("syscall", struct baseline_block, syscall),
	TEXT_FIELD("syscalls", struct baseline_block, syscalls),
	CYAML_FIELD_UINT_PTR("calls", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
			     struct baseline_block, calls),
	TEXT_FIELD("varies", struct baseline_block, varies),
	TEXT_FIELD("errors", struct baseline_block, errors),
	CYAML_FIELD_UINT("bytes", CYAML_FLAG_OPTIONAL, struct baseline_block, bytes),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t block_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct baseline_block, block_fields),
};

static const cyaml_schema_field_t run_fields[] = {
	TEXT_FIELD("command", struct baseline_run, facts[RUN_COMMAND]),
	TEXT_FIELD("architecture", struct baseline_run, facts[RUN_ARCHITECTURE]),
	TEXT_FIELD("kernel", struct baseline_run, facts[RUN_KERNEL]),
	TEXT_FIELD("libc", struct baseline_run, facts[RUN_LIBC]),
	TEXT_FIELD("build-id", struct baseline_run, facts[RUN_BUILD_ID]),
	TEXT_FIELD("trace", struct baseline_run, facts[RUN_TRACE]),
	TEXT_FIELD("start", struct baseline_run, facts[RUN_START]),
	TEXT_FIELD("stdin", struct baseline_run, facts[RUN_STDIN]),
	TEXT_FIELD("stdout", struct baseline_run, facts[RUN_STDOUT]),
	TEXT_FIELD("stderr", struct baseline_run, facts[RUN_STDERR]),
	TEXT_FIELD("environment", struct baseline_run, facts[RUN_ENVIRONMENT]),
	TEXT_FIELD("skip", struct baseline_run, facts[RUN_SKIP]),
	TEXT_FIELD("names", struct baseline_run, facts[RUN_NAMES]),
	TEXT_FIELD("from", struct baseline_run, facts[RUN_FROM]),
	TEXT_FIELD("program", struct baseline_run, program),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t file_fields[] = {
	CYAML_FIELD_UINT(BASELINE_KEY, CYAML_FLAG_DEFAULT, struct baseline_file, version),
	CYAML_FIELD_MAPPING_PTR("run", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
				struct baseline_file, run, run_fields),
	CYAML_FIELD_SEQUENCE_COUNT("sites", CYAML_FLAG_POINTER, struct baseline_file, sites,
				   nr_sites, &block_schema, 0, CYAML_UNLIMITED),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t file_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct baseline_file, file_fields),
};

struct reading {
	struct call_sites *sites;
	struct yaml_text yaml;
	uint32_t index;
	const struct baseline_block *block;
	struct call_site_key key;
	uint32_t abi;
	uint32_t nr;
	uint64_t left; /* calls of the block that have not failed */
	uint64_t calls,
		bytes; /* of all blocks so far; checked, so that sums of them do not overflow */
};

static uint32_t intern(struct reading *reading, const char *text)
{
	return text ? string_table_intern(&reading->sites->names->strings, text) : 0;
}

static char *complain(struct reading *reading, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static char *complain(struct reading *reading, const char *key, const char *format, ...)
{
	va_list args;
	char *line;

	va_start(args, format);
	line = yaml_text_complaint_args(&reading->yaml, "sites", reading->index, key, format, args);
	va_end(args);
	return line;
}

/* Adds the site for one errno. Two blocks for one site come from a wrong merge in git. */
static char *add_site(struct reading *reading, uint32_t error, const struct totals *totals)
{
	uint32_t nr_before = reading->sites->nr;
	struct call_site *site;

	reading->key.error = error;
	site = call_sites_add(reading->sites, &reading->key, &(struct totals){ 0 });
	if (reading->sites->nr == nr_before)
		return complain(reading, "syscall", "%s: this site is listed twice",
				reading->block->syscall);
	site->totals = *totals;
	site->abi = reading->abi;
	site->nr = reading->nr;
	site->file = intern(reading, reading->block->file);
	return NULL;
}

static char *add_error(struct reading *reading, const char *name, uint64_t calls)
{
	int error = syscall_errno_from_name(name);
	struct totals totals = { .calls = calls, .errors = calls };

	if (error <= 0)
		return complain(reading, "errors", "'%s' is not the name of an error", name);
	if (!calls || calls > reading->left)
		return complain(reading, "errors", "%s: more errors than calls, or none", name);
	reading->left -= calls;
	return add_site(reading, (uint32_t)error, &totals);
}

/* `EAGAIN 1, ENOENT 3` */
static char *add_errors(struct reading *reading)
{
	const char *at = reading->block->errors;

	while (at && *at) {
		char name[33];
		unsigned long long calls;
		int length = 0;
		char *error;

		if (sscanf(at, " %32[A-Za-z0-9_] %20llu%n", name, &calls, &length) != 2 ||
		    (at[length] && at[length] != ','))
			return complain(reading, "errors",
					"'%s' does not look like 'EAGAIN 1, ENOENT 3'",
					reading->block->errors);
		error = add_error(reading, name, calls);
		if (error)
			return error;
		at += length + (at[length] == ',');
	}
	return NULL;
}

/*
 * Distributes the block's range over its sites, which start at @first. The baseline has only the
 * sums of the smallest and the largest run; any distribution with these sums is fine.
 */
static char *set_range(struct reading *reading, uint32_t first)
{
	const char *text = reading->block->varies;
	uint64_t calls = *reading->block->calls;
	unsigned long long least, greatest;
	int length = 0;

	if (sscanf(text, "%20llu..%20llu%n", &least, &greatest, &length) != 2 || text[length] ||
	    least >= greatest || calls < least || calls > greatest || greatest > INT64_MAX)
		return complain(reading, "varies", "'%s' is not a range that includes the calls",
				text);
	for (uint32_t i = first; i < reading->sites->nr; i++) {
		struct call_site *site = &reading->sites->sites[i];
		uint64_t part = site->totals.calls < least ? site->totals.calls : least;

		site->varying = xcalloc(2, sizeof(*site->varying));
		site->varying[0] = part;
		site->varying[1] = site->totals.calls + (i == first ? greatest - calls : 0);
		least -= part;
	}
	reading->sites->nr_runs = 2;
	return NULL;
}

/* Adds @value to *@total. Returns false if the sum of two files could exceed 64 bits. */
static bool add_total(uint64_t *total, uint64_t value)
{
	*total = value > INT64_MAX - *total ? INT64_MAX : *total + value;
	return *total < INT64_MAX;
}

static char *check_totals(struct reading *reading, uint64_t calls, uint64_t bytes)
{
	const char *key = reading->block->syscalls ? "syscalls" : "calls";

	if (!add_total(&reading->calls, calls))
		return complain(reading, key, "calls %llu are too many to add",
				(unsigned long long)calls);
	if (!add_total(&reading->bytes, bytes))
		return complain(reading, "bytes", "bytes %llu are too many to add",
				(unsigned long long)bytes);
	return NULL;
}

static void set_place(struct reading *reading)
{
	const struct baseline_block *block = reading->block;
	struct call_place place = {
		.module = intern(reading, block->module),
		.function = intern(reading, block->function),
		.file = intern(reading, block->file),
	};

	if (reading->key.kind == SITE_LOADER || reading->key.kind == SITE_RUNTIME) {
		reading->key.place =
			site_kind_place(reading->sites->names, (enum site_kind)reading->key.kind);
		return;
	}
	if (!block->module && block->function) {
		if (!strcmp(block->function, "[no stack]"))
			return;
		if (!strcmp(block->function, "[program]"))
			place.function = 0;
	}
	reading->key.place = call_names_place(reading->sites->names, &place);
}

static char *set_kind(struct reading *reading)
{
	const struct baseline_block *block = reading->block;

	reading->key.kind = block->syscall ? site_kind_by_name(block->syscall,
							       block->module ? block->module : "")
					   : SITE_PROGRAM;
	if (!block->kind)
		return NULL;
	for (uint32_t kind = 0; kind < NR_SITE_KINDS; kind++) {
		if (!strcmp(block->kind, site_kind_names[kind])) {
			reading->key.kind = kind;
			return NULL;
		}
	}
	return complain(reading, "kind", "'%s' is not a kind of call site", block->kind);
}

static void set_syscall(struct reading *reading, const char *syscall)
{
	reading->key.syscall = intern(reading, syscall);
	if (!call_syscall_parse(syscall, &reading->abi, &reading->nr))
		reading->nr = UINT32_MAX;
}

/* Returns true for the name of a system call, such as `read`, `syscall_0x1ff` or `read (i386)`. */
static bool is_syscall_name(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_-() ";

	return *name && !name[strspn(name, letters)];
}

/* @item is `openat 3` or `openat ENOENT 3`; this function modifies it. */
static char *add_item(struct reading *reading, char *item)
{
	char *space = strrchr(item, ' '), *end = NULL;
	unsigned long long calls = 0;
	struct totals totals = { 0 };
	int error = 0;
	char *message;

	if (space && space[1] >= '0' && space[1] <= '9')
		calls = strtoull(space + 1, &end, 10);
	if (!calls || !end || *end)
		return complain(reading, "syscalls", "'%s' does not look like 'openat 3'", item);
	*space = '\0';
	space = strrchr(item, ' ');
	if (space && syscall_errno_from_name(space + 1) > 0) {
		error = syscall_errno_from_name(space + 1);
		*space = '\0';
	}
	if (!is_syscall_name(item))
		return complain(reading, "syscalls", "'%s' is not the name of a system call", item);
	message = check_totals(reading, calls, 0);
	if (message)
		return message;
	set_syscall(reading, item);
	totals.calls = calls;
	totals.errors = error ? calls : 0;
	return add_site(reading, (uint32_t)error, &totals);
}

/* `mmap 3, openat 5, openat ENOENT 2` */
static char *add_group(struct reading *reading)
{
	char *text = xstrdup(reading->block->syscalls), *error = NULL;

	if (reading->key.kind != SITE_LOADER && reading->key.kind != SITE_RUNTIME)
		error = complain(reading, "syscalls",
				 "only the kinds loader and runtime have this "
				 "key");
	for (char *at = text; !error && at && *at;) {
		char *next = strstr(at, ", ");

		if (next)
			*next = '\0';
		error = add_item(reading, at);
		at = next ? next + 2 : NULL;
	}
	free(text);
	return error;
}

/*
 * Returns a complaint about keys that are missing in the block, or that exclude each other. Returns
 * NULL if the keys are right.
 */
static char *check_keys(struct reading *reading)
{
	const struct baseline_block *block = reading->block;

	if (block->syscalls && (block->syscall || block->calls || block->errors || block->varies))
		return complain(reading, "syscalls",
				"a site has either 'syscalls' or 'syscall' and 'calls'");
	if (block->syscalls)
		return NULL;
	if (!block->syscall)
		return complain(reading, NULL, "the key 'syscall' is missing");
	return block->calls ? NULL : complain(reading, NULL, "the key 'calls' is missing");
}

static char *add_block(struct reading *reading)
{
	const struct baseline_block *block = reading->block;
	uint32_t first = reading->sites->nr;
	char *error = check_keys(reading);

	reading->key = (struct call_site_key){ .process = intern(reading, block->process) };
	if (!error)
		error = set_kind(reading);
	if (error)
		return error;
	set_place(reading);
	if (block->syscalls)
		return add_group(reading);
	error = check_totals(reading, *block->calls, block->bytes);
	if (error)
		return error;
	reading->left = *block->calls;
	set_syscall(reading, block->syscall);
	error = add_errors(reading);
	if (!error && (reading->left || (block->varies && !*block->calls))) {
		struct totals totals = { .calls = reading->left, .bytes = block->bytes };

		error = add_site(reading, 0, &totals);
	}
	if (!error && block->varies)
		error = set_range(reading, first);
	return error;
}

static char *add_file(struct reading *reading, const struct baseline_file *file)
{
	char *error = NULL;

	if (!file->version || file->version > BASELINE_VERSION)
		return yaml_text_complaint(&reading->yaml, NULL, 0, BASELINE_KEY,
					   "version %u is unknown: this scprof reads versions 1 to "
					   "%d",
					   file->version, BASELINE_VERSION);
	reading->sites->has_kinds = file->version > 1;
	for (int fact = 0; file->run && fact < NR_RUN_FACTS; fact++)
		call_sites_set_fact(reading->sites, (enum run_fact)fact, file->run->facts[fact]);
	if (file->run && file->run->program)
		reading->sites->program = xstrdup(file->run->program);
	for (; !error && reading->index < file->nr_sites; reading->index++) {
		reading->block = &file->sites[reading->index];
		error = add_block(reading);
	}
	reading->sites->is_complete = true;
	return error;
}

int baseline_parse(struct call_sites *sites, struct call_names *names, const char *path,
		   const char *text, size_t size, char **error)
{
	struct reading reading = { .sites = sites };
	int err = yaml_text_load(&reading.yaml, path, text, size, &file_schema, error);

	if (err)
		return err;
	call_sites_init(sites, names);
	*error = add_file(&reading, reading.yaml.data);
	yaml_text_fini(&reading.yaml);
	if (!*error)
		return 0;
	call_sites_fini(sites);
	return -EBADMSG;
}

int baseline_read(struct call_sites *sites, struct call_names *names, const char *path,
		  char **error)
{
	char *text;
	size_t size;
	int err = yaml_text_read_file(path, BASELINE_MAX_SIZE, &text, &size, error);

	if (err)
		return err;
	err = baseline_parse(sites, names, path, text, size, error);
	free(text);
	return err;
}
