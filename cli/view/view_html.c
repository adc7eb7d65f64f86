// SPDX-License-Identifier: MIT
/*
 * The report as a page: the template from web/ with one JSON object, which web/profile.js reads.
 * Its first members are those of every JSON report (doc/json.md). Then follow tables. Each is an
 * array, or an object of arrays of equal length. Other tables refer to an element by its index:
 *
 *	calls      [name, abi, nr]                  errors   [name, nr]
 *	threads    [process, pid, thread, tid]      modules  [path, kind]
 *	locations  name, module, file, line, note   (note: text after the name in a table)
 *	frames     a location, or a list of them: inlined functions, innermost first
 *	stacks     up, frame; stack 0 is empty, the parent's index is smaller by `up`
 *	leaves     stack, own: a stack that made calls, and the location of its call site
 *	groups     leaf, call, error, thread, wait (1: the calls waited),
 *	           nr: the next nr elements of buckets belong to it
 *	buckets    bucket, calls, time_ns, bytes
 *	texts      all strings; each text in the tables above is an index into it
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/user_code.h"
#include "analysis/waiting.h"
#include "cli/view/html_stacks.h"
#include "cli/view/html_template.h"
#include "cli/view/html_writer.h"
#include "cli/view/view.h"
#include "cli/view/view_json.h"
#include "profile/symbols/c_library.h"
#include "profile/util/text.h"
#include "profile/util/xalloc.h"

/* A table whose elements have unique keys. Each element is kept as JSON text. */
struct table {
	struct string_table keys; /* id 0 is unused: an element's index is the id minus one */
	char **rows;
	uint32_t capacity;
};

struct page {
	const struct profile *profile;
	struct waiting waiting;
	FILE *out;
	struct string_table texts;
	struct table calls, errors, threads, modules, locations;
	/* The selected ones, sorted by stack, call, error, thread, bucket. */
	const struct sample **samples;
	uint32_t nr_samples;
	uint32_t *stacks; /* number on the page by stack id; 0: not used, or the empty stack */
	uint32_t *frames; /* number on the page by frame id, plus one; 0: not used */
};

static void table_init(struct table *table)
{
	*table = (struct table){ 0 };
	string_table_init(&table->keys);
}

static void table_fini(struct table *table)
{
	for (uint32_t id = 1; id < table->keys.nr; id++)
		free(table->rows[id]);
	free(table->rows);
	string_table_fini(&table->keys);
}

/*
 * Looks up @key, which it takes over, and stores the index of the element. Returns true if it is
 * new; then the caller sets *@row.
 */
static bool table_add(struct table *table, char *key, uint32_t *index, char ***row)
{
	uint32_t known = table->keys.nr;
	uint32_t id = string_table_intern(&table->keys, key);

	free(key);
	*index = id - 1;
	if (id < known)
		return false;
	table->rows = xgrow(table->rows, id, &table->capacity, sizeof(*table->rows));
	*row = &table->rows[id];
	return true;
}

static uint32_t text_index(struct page *page, const char *text)
{
	return string_table_intern(&page->texts, text);
}

static uint32_t take_text(struct page *page, char *text)
{
	uint32_t index = text_index(page, text);

	free(text);
	return index;
}

static const char *string(const struct page *page, uint32_t id)
{
	return string_table_get(&page->profile->strings, id);
}

static uint32_t call_index(struct page *page, const struct sample_key *key)
{
	uint32_t index;
	char **row;

	if (table_add(&page->calls, xasprintf("%u %" PRIu32, key->abi, key->nr), &index, &row))
		*row = xasprintf("[%" PRIu32 ",%" PRIu32 ",%" PRIu32 "]",
				 text_index(page, syscall_name(key->abi, key->nr)),
				 text_index(page, syscall_abi_name(key->abi)), key->nr);
	return index;
}

static uint32_t error_index(struct page *page, const struct sample_key *key)
{
	uint32_t index;
	char **row;

	if (table_add(&page->errors, xasprintf("%u", key->error), &index, &row)) {
		const char *name = key->error ? syscall_errno_name(key->error) : "success";

		*row = xasprintf("[%" PRIu32 ",%u]", text_index(page, name), key->error);
	}
	return index;
}

static uint32_t thread_index(struct page *page, const struct sample_key *key)
{
	uint32_t index;
	char **row;

	if (table_add(&page->threads,
		      xasprintf("%" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32, key->process,
				key->pid, key->thread, key->tid),
		      &index, &row))
		*row = xasprintf("[%" PRIu32 ",%" PRIu32 ",%" PRIu32 ",%" PRIu32 "]",
				 text_index(page, string(page, key->process)), key->pid,
				 text_index(page, string(page, key->thread)), key->tid);
	return index;
}

static const char *module_kind(const char *path)
{
	if (!*path)
		return "unknown";
	if (!strcmp(path, "[vdso]") || c_library_has_module(path))
		return "libc";
	if (*path == '[')
		return "unknown";
	return strstr(text_basename(path), ".so") ? "library" : "program";
}

static uint32_t module_index(struct page *page, uint32_t id)
{
	const char *path = string(page, id);
	uint32_t index;
	char **row;

	if (table_add(&page->modules, xasprintf("%" PRIu32, id), &index, &row))
		*row = xasprintf("[%" PRIu32 ",%" PRIu32 "]", text_index(page, path),
				 text_index(page, module_kind(path)));
	return index;
}

static uint32_t location_index(struct page *page, const struct location *location)
{
	const struct profile *profile = page->profile;
	uint32_t index;
	char **row;

	if (table_add(&page->locations,
		      xasprintf("%" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIx64,
				location->function, location->file, location->line,
				location->module, location->address),
		      &index, &row))
		*row = xasprintf("[%" PRIu32 ",%" PRIu32 ",%" PRIu32 ",%" PRIu32 ",%" PRIu32 "]",
				 take_text(page, location_function(profile, location)),
				 module_index(page, location->module),
				 text_index(page, string(page, location->file)), location->line,
				 take_text(page, location_module_note(profile, location)));
	return index;
}

static int compare(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_samples(const void *a, const void *b)
{
	const struct sample_key *left = &(*(const struct sample *const *)a)->key;
	const struct sample_key *right = &(*(const struct sample *const *)b)->key;
	int order = compare(left->stack, right->stack);

	if (!order)
		order = compare(left->nr, right->nr);
	if (!order)
		order = compare(left->abi, right->abi);
	if (!order)
		order = compare(left->error, right->error);
	if (!order)
		order = compare(left->process, right->process);
	if (!order)
		order = compare(left->thread, right->thread);
	if (!order)
		order = compare(left->pid, right->pid);
	if (!order)
		order = compare(left->tid, right->tid);
	return order ? order : compare(left->bucket, right->bucket);
}

/*
 * Returns true if @a and @b differ at most in the latency bucket, and either both waited or
 * neither.
 */
static bool is_one_group(const struct page *page, const struct sample *a, const struct sample *b)
{
	struct sample_key left = a->key, right = b->key;

	left.bucket = right.bucket = 0;
	return !memcmp(&left, &right, sizeof(left)) &&
	       waiting_has(&page->waiting, a) == waiting_has(&page->waiting, b);
}

static void select_samples(struct page *page, const struct report_filter *filter)
{
	const struct profile *profile = page->profile;

	page->samples = xreallocarray(NULL, profile->nr_samples + 1, sizeof(*page->samples));
	for (uint32_t i = 0; i < profile->nr_samples; i++) {
		if (report_filter_has(filter, &profile->samples[i]))
			page->samples[page->nr_samples++] = &profile->samples[i];
	}
	qsort(page->samples, page->nr_samples, sizeof(*page->samples), compare_samples);
}

static void number_stacks(struct page *page)
{
	const struct stack_table *stacks = &page->profile->stacks;
	uint32_t nr_frames = 0;

	page->stacks = xcalloc(stacks->nr, sizeof(*page->stacks));
	page->frames = xcalloc(page->profile->nr_frames, sizeof(*page->frames));
	for (uint32_t i = 0; i < page->nr_samples; i++)
		page->stacks[page->samples[i]->key.stack] = 1;
	html_stacks_number(stacks, page->stacks);
	for (uint32_t id = 1; id < stacks->nr; id++) {
		if (page->stacks[id])
			page->frames[stacks->nodes[id].frame] = 1;
	}
	for (uint32_t id = 0; id < page->profile->nr_frames; id++) {
		if (page->frames[id])
			page->frames[id] = ++nr_frames;
	}
}

static void write_frames(struct page *page)
{
	const struct profile *profile = page->profile;

	fputs(",\"frames\":[", page->out);
	for (uint32_t id = 0; id < profile->nr_frames; id++) {
		uint32_t nr = location_count(profile, id);

		if (!page->frames[id])
			continue;
		html_write_comma(page->out, page->frames[id] - 1);
		fputs(nr > 1 ? "[" : "", page->out);
		for (uint32_t nth = 0; nth < nr; nth++) {
			struct location location = location_of(profile, id, nth);

			html_write_comma(page->out, nth);
			html_write_number(page->out, location_index(page, &location));
		}
		fputs(nr > 1 ? "]" : "", page->out);
	}
	fputs("]", page->out);
}

static uint32_t number_of_frame(void *owner, uint32_t frame)
{
	const struct page *page = owner;

	return page->frames[frame] - 1;
}

static bool starts_leaf(const struct page *page, uint32_t i)
{
	return i == 0 || page->samples[i]->key.stack != page->samples[i - 1]->key.stack;
}

static void write_leaves(struct page *page)
{
	struct user_code own;

	user_code_init(&own, page->profile);
	fputs(",\"leaves\":{\"stack\":[", page->out);
	for (uint32_t i = 0; i < page->nr_samples; i++) {
		if (!starts_leaf(page, i))
			continue;
		html_write_comma(page->out, i);
		html_write_number(page->out, page->stacks[page->samples[i]->key.stack]);
	}
	fputs("],\"own\":[", page->out);
	for (uint32_t i = 0; i < page->nr_samples; i++) {
		struct location location;

		if (!starts_leaf(page, i))
			continue;
		location = user_code_location(&own, page->samples[i]->key.stack);
		html_write_comma(page->out, i);
		html_write_number(page->out, location_index(page, &location));
	}
	fputs("]}", page->out);
	user_code_fini(&own);
}

/* Returns how many samples from @start on belong to one group. */
static uint32_t group_size(const struct page *page, uint32_t start)
{
	uint32_t end = start + 1;

	while (end < page->nr_samples &&
	       is_one_group(page, page->samples[start], page->samples[end]))
		end++;
	return end - start;
}

enum group_column { GROUP_LEAF, GROUP_CALL, GROUP_ERROR, GROUP_THREAD, GROUP_WAIT, GROUP_NR };

static uint32_t group_value(struct page *page, enum group_column column, uint32_t start,
			    uint32_t leaf)
{
	const struct sample_key *key = &page->samples[start]->key;

	switch (column) {
	case GROUP_LEAF:
		return leaf;
	case GROUP_CALL:
		return call_index(page, key);
	case GROUP_ERROR:
		return error_index(page, key);
	case GROUP_THREAD:
		return thread_index(page, key);
	case GROUP_WAIT:
		return waiting_has(&page->waiting, page->samples[start]);
	default:
		return group_size(page, start);
	}
}

static void write_group_column(struct page *page, enum group_column column)
{
	uint32_t leaf = 0;

	for (uint32_t i = 0; i < page->nr_samples; i += group_size(page, i)) {
		leaf += i && starts_leaf(page, i);
		html_write_comma(page->out, i);
		html_write_number(page->out, group_value(page, column, i, leaf));
	}
}

static void write_groups(struct page *page)
{
	static const char *const names[] = { "leaf", "call", "error", "thread", "wait", "nr" };

	for (int column = GROUP_LEAF; column <= GROUP_NR; column++) {
		fprintf(page->out, "%s\"%s\":[", column ? "]," : ",\"groups\":{", names[column]);
		write_group_column(page, column);
	}
	fputs("]}", page->out);
}

static uint64_t bucket_value(const struct sample *sample, int column)
{
	const uint64_t values[] = { sample->key.bucket, sample->calls, sample->time_ns,
				    sample->bytes };

	return values[column];
}

static void write_buckets(struct page *page)
{
	static const char *const names[] = { "bucket", "calls", "time_ns", "bytes" };

	for (int column = 0; column < 4; column++) {
		fprintf(page->out, "%s\"%s\":[", column ? "]," : ",\"buckets\":{", names[column]);
		for (uint32_t i = 0; i < page->nr_samples; i++) {
			html_write_comma(page->out, i);
			html_write_number(page->out, bucket_value(page->samples[i], column));
		}
	}
	fputs("]}", page->out);
}

static void write_table(struct page *page, const char *name, const struct table *table)
{
	fprintf(page->out, ",\"%s\":[", name);
	for (uint32_t id = 1; id < table->keys.nr; id++) {
		html_write_comma(page->out, id - 1);
		fputs(table->rows[id], page->out);
	}
	fputs("]", page->out);
}

/* Comes after everything that uses these tables. */
static void write_tables(struct page *page)
{
	write_table(page, "calls", &page->calls);
	write_table(page, "errors", &page->errors);
	write_table(page, "threads", &page->threads);
	write_table(page, "modules", &page->modules);
	write_table(page, "locations", &page->locations);
	fputs(",\"texts\":[", page->out);
	for (uint32_t id = 0; id < page->texts.nr; id++) {
		html_write_comma(page->out, id);
		html_write_text(page->out, string_table_get(&page->texts, id));
	}
	fputs("]", page->out);
}

static struct totals selected_totals(const struct page *page)
{
	struct totals total = { 0 };

	for (uint32_t i = 0; i < page->nr_samples; i++) {
		struct totals sample = totals_of_sample(page->samples[i]);

		totals_add(&total, &sample);
	}
	return total;
}

static void write_data(const struct view *view, struct page *page)
{
	struct totals total = selected_totals(page);
	json_t *document = view_json_document(view, &total);

	fputc('{', page->out);
	html_write_members(page->out, document);
	json_decref(document);
	write_frames(page);
	html_stacks_write(page->out, &page->profile->stacks, page->stacks, number_of_frame, page);
	write_leaves(page);
	write_groups(page);
	write_buckets(page);
	write_tables(page);
	fputc('}', page->out);
}

static struct table *page_tables(struct page *page, int nth)
{
	struct table *tables[] = { &page->calls, &page->errors, &page->threads, &page->modules,
				   &page->locations };

	return nth < 5 ? tables[nth] : NULL;
}

int view_html(const struct view *view, const struct report_filter *filter)
{
	struct page page = { .profile = view->profile, .out = view->out };
	struct html_template html;
	struct table *table;

	if (html_template_read(&html))
		return -1;
	string_table_init(&page.texts);
	for (int i = 0; (table = page_tables(&page, i)); i++)
		table_init(table);
	waiting_init(&page.waiting, view->profile);
	select_samples(&page, filter);
	number_stacks(&page);
	fwrite(html.text, 1, html.head_size, view->out);
	write_data(view, &page);
	fwrite(html.text + html.tail, 1, html.size - html.tail, view->out);
	for (int i = 0; (table = page_tables(&page, i)); i++)
		table_fini(table);
	string_table_fini(&page.texts);
	free(page.samples);
	free(page.stacks);
	free(page.frames);
	html_template_fini(&html);
	return 0;
}
