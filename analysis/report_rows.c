// SPDX-License-Identifier: MIT
/*
 * Groups by sorting: each selected sample becomes an entry (key, sample), the entries are sorted by
 * key, and entries with equal keys become a row.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report_rows.h"
#include "analysis/user_code.h"
#include "analysis/waiting.h"
#include "profile/util/xalloc.h"

const char *const report_by_names[NR_REPORT_BYS] = {
	"syscall", "site",  "function", "line", "module", "process",
	"thread",  "errno", "fd",	"path", "region",
};

const char *const report_sort_names[NR_REPORT_SORTS] = {
	"calls", "errors", "time", "bytes", "mean", "p50", "p99", "max", "name",
};

struct entry {
	struct report_key key;
	const struct sample *sample; /* NULL: the entry is a varying site */
	const struct run_site *site;
};

uint64_t totals_value(const struct totals *totals, enum report_sort sort)
{
	switch (sort) {
	case REPORT_SORT_CALLS:
		return totals->calls;
	case REPORT_SORT_ERRORS:
		return totals->errors;
	case REPORT_SORT_BYTES:
		return totals->bytes;
	default:
		return totals->time_ns;
	}
}

/* Keeps only the members of @location that view @by distinguishes. */
static struct location location_for(enum report_by by, struct location location)
{
	struct location kept = { 0 };

	switch (by) {
	case REPORT_BY_SITE:
		return location;
	case REPORT_BY_FUNCTION:
		location.file = 0;
		location.line = 0;
		return location;
	case REPORT_BY_LINE:
		if (!location.file)
			return location;
		kept.file = location.file;
		kept.line = location.line;
		return kept;
	default:
		if (!location.module)
			return location;
		kept.module = location.module;
		return kept;
	}
}

static struct report_key key_for(enum report_by by, const struct user_code *own,
				 const struct sample *sample)
{
	const struct sample_key *from = &sample->key;
	struct report_key key = { 0 };

	if (by == REPORT_BY_SYSCALL || by == REPORT_BY_SITE) {
		key.nr = from->nr;
		key.abi = from->abi;
	}
	if (by >= REPORT_BY_SITE && by <= REPORT_BY_MODULE) {
		key.location = location_for(by, user_code_location(own, from->stack));
	}
	if (by == REPORT_BY_PROCESS || by == REPORT_BY_THREAD) {
		key.process = from->process;
		key.pid = from->pid;
	}
	if (by == REPORT_BY_THREAD) {
		key.thread = from->thread;
		key.tid = from->tid;
	}
	if (by == REPORT_BY_ERRNO)
		key.error = from->error;
	if (by == REPORT_BY_FD || by == REPORT_BY_PATH)
		key.path = from->path;
	if (by == REPORT_BY_FD && from->fd) {
		key.fd = from->fd;
		key.kind = from->kind;
	}
	if (by == REPORT_BY_REGION)
		key.region = from->region;
	return key;
}

char *report_syscall_label(enum syscall_abi abi, uint32_t nr)
{
	if (abi == SYSCALL_ABI_X86_64)
		return xstrdup(syscall_name(abi, nr));
	return xasprintf("%s (%s)", syscall_name(abi, nr), syscall_abi_name(abi));
}

static char *name_with_id(const struct profile *profile, uint32_t name, uint32_t id)
{
	const char *text = string_table_get(&profile->strings, name);

	if (!*text)
		text = "[unnamed]";
	return id ? xasprintf("%s (%u)", text, id) : xstrdup(text);
}

/* Threads of two programs may have the same name, so the program's name comes first. */
static char *thread_name(const struct profile *profile, const struct report_key *key)
{
	char *process = name_with_id(profile, key->process, key->pid);
	char *thread = name_with_id(profile, key->thread, key->tid);
	char *name = xasprintf("%s/%s", process, thread);

	free(process);
	free(thread);
	return name;
}

/*
 * Returns a name such as "3 /etc/passwd"; "-" replaces the number if the program passed no
 * descriptor.
 */
static char *touched_name(const struct profile *profile, enum report_by by,
			  const struct report_key *key)
{
	const char *path = string_table_get(&profile->strings, key->path);

	if (!*path)
		return xstrdup("[no file]");
	if (by == REPORT_BY_PATH)
		return xstrdup(path);
	return key->fd ? xasprintf("%" PRIu32 " %s", key->fd - 1, path) : xasprintf("- %s", path);
}

char *report_row_subject(const struct profile *profile, enum report_by by,
			 const struct report_key *key, enum location_form form)
{
	switch (by) {
	case REPORT_BY_SYSCALL:
		return report_syscall_label(key->abi, key->nr);
	case REPORT_BY_SITE:
	case REPORT_BY_FUNCTION:
		return location_place(profile, &key->location, form);
	case REPORT_BY_LINE:
		return location_line(profile, &key->location, form);
	case REPORT_BY_MODULE:
		return location_module(profile, &key->location);
	case REPORT_BY_PROCESS:
		return name_with_id(profile, key->process, key->pid);
	case REPORT_BY_THREAD:
		return thread_name(profile, key);
	case REPORT_BY_FD:
	case REPORT_BY_PATH:
		return touched_name(profile, by, key);
	case REPORT_BY_REGION:
		return xstrdup(key->region ? string_table_get(&profile->strings, key->region)
					   : "[no region]");
	default:
		return xstrdup(key->error ? syscall_errno_name(key->error) : "success");
	}
}

static char *row_name(const struct profile *profile, enum report_by by,
		      const struct report_key *key)
{
	char *subject = report_row_subject(profile, by, key, LOCATION_FULL);
	char *name = NULL;

	if (by == REPORT_BY_SITE) {
		char *syscall = report_syscall_label(key->abi, key->nr);

		name = xasprintf("%s %s", syscall, subject);
		free(syscall);
		free(subject);
		return name;
	}
	return subject;
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	return memcmp(&left->key, &right->key, sizeof(left->key));
}

void report_row_latencies(const struct report_rows *rows, const struct report_row *row,
			  struct latencies *latencies)
{
	memset(latencies, 0, sizeof(*latencies));
	for (uint32_t i = 0; i < row->nr_samples; i++)
		latencies_add(latencies, rows->samples[row->first_sample + i]);
}

/* Fills in the sums of @row, whose samples are set. @latencies is scratch space. */
static void fill_row(const struct report_rows *rows, struct report_row *row,
		     const struct waiting *waiting, struct latencies *latencies)
{
	for (uint32_t i = 0; i < row->nr_samples; i++) {
		const struct sample *sample = rows->samples[row->first_sample + i];
		struct totals totals = totals_of_sample(sample);

		totals_add(&row->totals, &totals);
		if (waiting_has(waiting, sample))
			row->waiting_ns = count_add(row->waiting_ns, totals.time_ns);
	}
	report_row_latencies(rows, row, latencies);
	row->mean_ns = row->totals.calls ? row->totals.time_ns / row->totals.calls : 0;
	row->p50_ns = latencies_percentile(latencies, 50);
	row->p99_ns = latencies_percentile(latencies, 99);
	row->max_ns = latencies_max(latencies);
}

static uint64_t sort_value(const struct report_row *row, enum report_sort sort)
{
	switch (sort) {
	case REPORT_SORT_MEAN:
		return row->mean_ns;
	case REPORT_SORT_P50:
		return row->p50_ns;
	case REPORT_SORT_P99:
		return row->p99_ns;
	case REPORT_SORT_MAX:
		return row->max_ns;
	case REPORT_SORT_NAME:
		return 0;
	default:
		return totals_value(&row->totals, sort);
	}
}

static int compare_values(uint64_t a, uint64_t b)
{
	return a > b ? -1 : a < b;
}

static int compare_rows(const void *a, const void *b, void *argument)
{
	const struct report_row *left = a, *right = b;
	enum report_sort sort = *(const enum report_sort *)argument;
	int order = compare_values(sort_value(left, sort), sort_value(right, sort));

	if (!order && sort == REPORT_SORT_NAME)
		order = strcmp(left->name, right->name);
	if (!order)
		order = compare_values(left->totals.time_ns, right->totals.time_ns);
	if (!order)
		order = compare_values(left->totals.calls, right->totals.calls);
	if (!order)
		order = strcmp(left->name, right->name);
	return order ? order : memcmp(&left->key, &right->key, sizeof(left->key));
}

/* The data about other runs do not distinguish processes, threads and files. */
static bool has_ranges(const struct profile *profile, enum report_by by)
{
	return profile->runs && by != REPORT_BY_PROCESS && by != REPORT_BY_THREAD &&
	       by != REPORT_BY_FD && by != REPORT_BY_PATH;
}

static void collect_varying(const struct profile *profile, const struct report_filter *filter,
			    enum report_by by, const struct user_code *own, struct entry *entries,
			    uint32_t *nr)
{
	for (uint32_t i = 0; has_ranges(profile, by) && i < profile->runs->nr_sites; i++) {
		const struct run_site *site = &profile->runs->sites[i];
		const struct sample sample = { .key = site->key };

		if (!report_filter_has(filter, &sample))
			continue;
		entries[*nr].key = key_for(by, own, &sample);
		entries[*nr].sample = NULL;
		entries[(*nr)++].site = site;
	}
}

static struct entry *collect_entries(const struct profile *profile,
				     const struct report_filter *filter, enum report_by by,
				     uint32_t *nr)
{
	size_t nr_sites = profile->runs ? profile->runs->nr_sites : 0;
	struct entry *entries =
		xreallocarray(NULL, profile->nr_samples + nr_sites + 1, sizeof(*entries));
	struct user_code own;

	user_code_init(&own, profile);
	*nr = 0;
	for (uint32_t i = 0; i < profile->nr_samples; i++) {
		const struct sample *sample = &profile->samples[i];

		if (!report_filter_has(filter, sample))
			continue;
		entries[*nr].key = key_for(by, &own, sample);
		entries[(*nr)++].sample = sample;
	}
	collect_varying(profile, filter, by, &own, entries, nr);
	user_code_fini(&own);
	qsort(entries, *nr, sizeof(*entries), compare_entries);
	return entries;
}

/* Sets the samples and the range of @row from its entries. */
static void take_entries(struct report_rows *rows, struct report_row *row,
			 const struct profile *profile, const struct entry *entries, uint32_t nr)
{
	struct run_tally tally = { 0 };

	for (uint32_t i = 0; i < nr; i++) {
		const struct sample *sample = entries[i].sample;

		if (sample) {
			rows->samples[row->first_sample + row->nr_samples++] = sample;
			run_tally_add_sample(&tally, profile, sample);
		} else {
			run_tally_add_site(&tally, profile, entries[i].site);
		}
	}
	row->range = run_tally_range(&tally, profile);
	run_tally_fini(&tally);
}

/* Makes a row of each group of entries with equal keys. */
static void make_rows(struct report_rows *rows, const struct profile *profile,
		      const struct entry *entries, uint32_t nr_entries)
{
	struct latencies *latencies = xmalloc(sizeof(*latencies));
	uint32_t end, nr_samples = 0;
	struct waiting waiting;

	waiting_init(&waiting, profile);
	for (uint32_t start = 0; start < nr_entries; start = end) {
		struct report_row *row = &rows->rows[rows->nr++];

		for (end = start + 1; end < nr_entries; end++) {
			if (compare_entries(&entries[start], &entries[end]))
				break;
		}
		*row = (struct report_row){
			.key = entries[start].key,
			.first_sample = nr_samples,
			.name = row_name(profile, rows->by, &entries[start].key),
		};
		take_entries(rows, row, profile, &entries[start], end - start);
		nr_samples += row->nr_samples;
		fill_row(rows, row, &waiting, latencies);
		totals_add(&rows->total, &row->totals);
	}
	free(latencies);
}

void report_rows_init(struct report_rows *rows, const struct profile *profile,
		      const struct report_filter *filter, enum report_by by, enum report_sort sort)
{
	uint32_t nr_entries;
	struct entry *entries = collect_entries(profile, filter, by, &nr_entries);

	*rows = (struct report_rows){ .by = by, .has_ranges = has_ranges(profile, by) };
	rows->rows = xreallocarray(NULL, nr_entries + 1, sizeof(*rows->rows));
	rows->samples = xreallocarray(NULL, nr_entries + 1, sizeof(*rows->samples));
	make_rows(rows, profile, entries, nr_entries);
	qsort_r(rows->rows, rows->nr, sizeof(*rows->rows), compare_rows, &sort);
	free(entries);
}

void report_rows_fini(struct report_rows *rows)
{
	for (uint32_t i = 0; i < rows->nr; i++)
		free(rows->rows[i].name);
	free(rows->rows);
	free(rows->samples);
	*rows = (struct report_rows){ 0 };
}
