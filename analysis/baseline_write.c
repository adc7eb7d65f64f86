// SPDX-License-Identifier: MIT
/*
 * Writes a baseline. A block is one line. It adds up all calls of a site, whatever their stack,
 * source line and errno. Blocks are sorted by names only, so a change of the program does not move
 * other blocks.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/baseline.h"
#include "analysis/site_kind.h"
#include "profile/util/utf8.h"
#include "profile/util/xalloc.h"

#define NR_KEYS 5

struct block {
	const struct call_sites *sites;
	const struct call_site *site; /* the first of the block's sites, by names */
	/*
	 * The sort key: module, function, syscall, process, kind. Some kinds have a group instead:
	 * one line for all system calls of the kind. A group has no module, function and syscall.
	 */
	char *text[NR_KEYS];
	char *syscall;
};

/*
 * Returns true if libyaml reads @text as one word and no reader of YAML 1.1 as anything but text.
 */
static bool is_plain(const char *text)
{
	static const char *const words[] = { "true", "false", "yes", "no", "on",
					     "off",  "null",  "y",   "n",  "~" };

	if (strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_/") == 0)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strcasecmp(text, words[i]))
			return false;
	}
	return text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
				 "0123456789/.+-")] == '\0';
}

/* Escapes the characters, in valid UTF-8, that YAML 1.1 does not allow unescaped: section 5.1. */
static size_t escape_of(const unsigned char *at, char escape[static 8])
{
	size_t length = 1;

	if (*at < ' ' || *at == 0x7f) {
		snprintf(escape, 8, "\\x%02x", *at);
	} else if (*at == '"' || *at == '\\') {
		snprintf(escape, 8, "\\%c", *at);
	} else if (at[0] == 0xc2 && at[1] < 0xa0) {
		snprintf(escape, 8, "\\u00%02x", at[1]);
		length = 2;
	} else if (at[0] == 0xef && at[1] == 0xbb && at[2] == 0xbf) {
		snprintf(escape, 8, "\\ufeff");
		length = 3;
	} else if (at[0] == 0xef && at[1] == 0xbf && at[2] >= 0xbe) {
		snprintf(escape, 8, "\\uff%02x", at[2] + 0x40u);
		length = 3;
	} else {
		length = 0;
	}
	return length;
}

static void print_text(FILE *out, const char *text)
{
	char *clean = utf8_clean(text, strlen(text));

	if (is_plain(clean)) {
		fputs(clean, out);
	} else {
		fputc('"', out);
		for (const char *at = clean; *at;) {
			char escape[8];
			size_t length = escape_of((const unsigned char *)at, escape);

			if (length)
				fputs(escape, out);
			else
				fputc(*at, out);
			at += length ? length : 1;
		}
		fputc('"', out);
	}
	free(clean);
}

static void print_pair(FILE *out, const char *before, const char *key, const char *value)
{
	fprintf(out, "%s%s: ", before, key);
	print_text(out, value);
}

static int compare_blocks(const void *a, const void *b)
{
	const struct block *left = a, *right = b;

	for (size_t i = 0; i < NR_KEYS; i++) {
		int order = strcmp(left->text[i], right->text[i]);

		if (order)
			return order;
	}
	return 0;
}

/* Within a block: by system call, then by the name of the error. */
static int compare_errors(const void *a, const void *b)
{
	const struct block *left = a, *right = b;
	int order = compare_blocks(a, b);

	if (!order)
		order = strcmp(left->syscall, right->syscall);
	if (order)
		return order;
	return strcmp(syscall_errno_name(left->site->key.error),
		      syscall_errno_name(right->site->key.error));
}

static char *function_text(const struct call_names *names, uint32_t place)
{
	const struct call_place *known = &names->places[place];

	if (!place)
		return xstrdup("[no stack]");
	if (!known->module && !known->function)
		return xstrdup("[program]");
	return xstrdup(call_names_text(names, known->function));
}

static bool is_group(const struct block *block)
{
	uint32_t kind = block->site->key.kind;

	return kind == SITE_LOADER || kind == SITE_RUNTIME;
}

static void block_init(struct block *block, const struct call_sites *sites,
		       const struct call_site *site)
{
	const struct call_names *names = sites->names;
	uint32_t kind = site->key.kind;

	*block = (struct block){ .sites = sites, .site = site };
	block->syscall = xstrdup(call_names_text(names, site->key.syscall));
	block->text[3] = xstrdup(call_names_text(names, site->key.process));
	/*
	 * The name of the system call already says that the site waits, so the kind need not be
	 * written.
	 */
	if (kind == SITE_WAIT && site_kind_by_name(block->syscall, "") == SITE_WAIT)
		kind = SITE_PROGRAM;
	block->text[4] = xstrdup(kind == SITE_PROGRAM ? "" : site_kind_names[kind]);
	for (size_t i = 0; is_group(block) && i < 3; i++)
		block->text[i] = xstrdup("");
	if (is_group(block))
		return;
	block->text[0] = xstrdup(call_names_text(names, names->places[site->key.place].module));
	block->text[1] = function_text(names, site->key.place);
	block->text[2] = xstrdup(block->syscall);
}

static void block_fini(struct block *block)
{
	for (size_t i = 0; i < NR_KEYS; i++)
		free(block->text[i]);
	free(block->syscall);
}

/*
 * Returns the file's name relative to @root. The directory of the sources differs between machines.
 */
static char *file_text(const char *path, const char *root)
{
	size_t length = root ? strlen(root) : 0;
	const char *slash = strrchr(path, '/');

	if (*path != '/')
		return xstrdup(path);
	if (length && !strncmp(path, root, length) && path[length] == '/')
		return xstrdup(path + length + 1);
	return xstrdup(slash + 1);
}

static void print_range(const struct block *blocks, uint32_t nr, FILE *out)
{
	uint32_t nr_runs = blocks->sites->nr_runs;
	uint64_t least = UINT64_MAX, greatest = 0;

	for (uint32_t run = 0; run < nr_runs; run++) {
		uint64_t calls = 0;

		for (uint32_t i = 0; i < nr; i++) {
			const struct call_site *site = blocks[i].site;

			calls = count_add(calls,
					  site->varying ? site->varying[run] : site->totals.calls);
		}
		least = calls < least ? calls : least;
		greatest = calls > greatest ? calls : greatest;
	}
	if (least < greatest)
		fprintf(out, ", varies: %" PRIu64 "..%" PRIu64, least, greatest);
}

/*
 * Returns the index after the last block from @start on that has the same system call and error as
 * the first. Stores the sum of their calls in *@calls.
 */
static uint32_t end_of_error(const struct block *blocks, uint32_t start, uint32_t nr,
			     uint64_t *calls)
{
	const struct block *first = &blocks[start];

	*calls = 0;
	for (; start < nr && blocks[start].site->key.error == first->site->key.error &&
	       !strcmp(blocks[start].syscall, first->syscall);
	     start++)
		*calls = count_add(*calls, blocks[start].site->totals.calls);
	return start;
}

/* Prints the errors of @nr blocks of one site, sorted by the names of the errors. */
static void print_errors(const struct block *blocks, uint32_t nr, FILE *out)
{
	const char *before = ", errors: \"";
	uint32_t end;

	for (uint32_t start = 0; start < nr; start = end) {
		uint32_t error = blocks[start].site->key.error;
		uint64_t calls;

		end = end_of_error(blocks, start, nr, &calls);
		if (!error || !calls)
			continue;
		fprintf(out, "%s%s %" PRIu64, before, syscall_errno_name(error), calls);
		before = ", ";
	}
	if (!before[2])
		fputc('"', out);
}

static void print_key(const char *key, const char *value, const char **before, FILE *out)
{
	if (!*value)
		return;
	print_pair(out, *before, key, value);
	*before = ", ";
}

static void print_block(const struct block *blocks, uint32_t nr, const char *root, FILE *out)
{
	const struct call_site *site = blocks->site;
	const struct call_names *names = blocks->sites->names;
	struct totals totals = { 0 };
	const char *before = "  - {";
	char *file;

	for (uint32_t i = 0; i < nr; i++) {
		totals_add(&totals, &blocks[i].site->totals);
		if (!site->file)
			site = blocks[i].site;
	}
	file = file_text(call_names_text(names, site->file), root);
	print_key("function", blocks->text[1], &before, out);
	print_key("file", file, &before, out);
	print_key("module", blocks->text[0], &before, out);
	print_key("process", blocks->text[3], &before, out);
	print_key("kind", blocks->text[4], &before, out);
	print_key("syscall", blocks->text[2], &before, out);
	fprintf(out, ", calls: %" PRIu64, totals.calls);
	print_range(blocks, nr, out);
	print_errors(blocks, nr, out);
	if (totals.bytes)
		fprintf(out, ", bytes: %" PRIu64, totals.bytes);
	fputs("}\n", out);
	free(file);
}

/* Prints all system calls of a kind as one line: `mmap 3, openat 5, openat ENOENT 2`. */
static void print_group(const struct block *blocks, uint32_t nr, FILE *out)
{
	const char *before = "  - {";
	uint32_t end;

	print_key("process", blocks->text[3], &before, out);
	print_key("kind", blocks->text[4], &before, out);
	before = ", syscalls: \"";
	for (uint32_t start = 0; start < nr; start = end) {
		uint32_t error = blocks[start].site->key.error;
		uint64_t calls;

		end = end_of_error(blocks, start, nr, &calls);
		if (!calls)
			continue;
		fprintf(out, "%s%s %s%s%" PRIu64, before, blocks[start].syscall,
			error ? syscall_errno_name(error) : "", error ? " " : "", calls);
		before = ", ";
	}
	fprintf(out, "%s\"}\n", before[2] ? before : "");
}

static void print_head(const struct call_sites *sites, FILE *out)
{
	fprintf(out,
		"# System calls by call site, written by 'scprof baseline update'; "
		"'scprof check' compares with it.\n" BASELINE_KEY ": %d\n",
		sites->has_kinds ? BASELINE_VERSION : 1);
	fputs("run:\n", out);
	print_pair(out, "  ", "program", sites->program ? sites->program : "[unknown]");
	fputc('\n', out);
	for (int fact = 0; fact < NR_RUN_FACTS; fact++) {
		if (!sites->facts[fact])
			continue;
		print_pair(out, "  ", run_fact_names[fact], sites->facts[fact]);
		fputc('\n', out);
	}
}

void baseline_write(const struct call_sites *sites, const char *root, FILE *out)
{
	struct block *blocks = xreallocarray(NULL, (size_t)sites->nr + 1, sizeof(*blocks));
	uint32_t end;

	for (uint32_t i = 0; i < sites->nr; i++)
		block_init(&blocks[i], sites, &sites->sites[i]);
	qsort(blocks, sites->nr, sizeof(*blocks), compare_errors);
	print_head(sites, out);
	fputs(sites->nr ? "sites:\n" : "sites: []\n", out);
	for (uint32_t start = 0; start < sites->nr; start = end) {
		for (end = start + 1; end < sites->nr; end++) {
			if (compare_blocks(&blocks[start], &blocks[end]))
				break;
		}
		if (is_group(&blocks[start]))
			print_group(&blocks[start], end - start, out);
		else
			print_block(&blocks[start], end - start, root, out);
	}
	for (uint32_t i = 0; i < sites->nr; i++)
		block_fini(&blocks[i]);
	free(blocks);
}

/* Returns true if @part is in the line at @line, which has @length bytes. */
static bool has_part(const char *line, size_t length, const char *part)
{
	return memmem(line, length, part, strlen(part)) != NULL;
}

static bool is_judged(const char *line, size_t length)
{
	static const char *const parts[] = {
		", kind: allocator, ",	     "{kind: runtime, ",
		", kind: runtime, ",	     ", kind: wait, ",
		", syscall: futex, ",	     ", syscall: wait4, ",
		", syscall: waitid, ",	     ", syscall: sched_yield, ",
		", syscall: rt_sigreturn, ", ", syscall: restart_syscall, ",
	};
	static const char *const facts[] = { "  build-id: ", "  stdin: ", "  stdout: ",
					     "  stderr: ", "  environment: " };

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		if (!strncmp(line, facts[i], strlen(facts[i])))
			return false;
	}
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (has_part(line, length, parts[i]))
			return false;
	}
	return true;
}

const char *baseline_judged_line(const char *at)
{
	while (*at) {
		at += *at == '\n';
		if (is_judged(at, strcspn(at, "\n")))
			break;
		at = strchrnul(at, '\n');
	}
	return at;
}

bool baseline_same_line(const char *a, const char *b)
{
	size_t length = strcspn(a, "\n");

	return length == strcspn(b, "\n") && !memcmp(a, b, length);
}
