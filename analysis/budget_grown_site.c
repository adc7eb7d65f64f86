// SPDX-License-Identifier: MIT
/*
 * Finds the line at which calls grew. Line numbers change between two runs, so lines are compared
 * by their number of calls: a line is the same if some line made as many calls before.
 */
#include "analysis/budget_grown_site.h"

#include <stdlib.h>

#include "analysis/diff.h"
#include "profile/util/xalloc.h"

struct line_calls {
	uint32_t line;
	uint64_t calls;
	bool is_known;
};

struct lines {
	struct line_calls *list;
	uint32_t nr;
	uint32_t capacity;
};

static bool is_at(const struct call_site *site, uint32_t place, uint32_t syscall)
{
	return site->key.place == place && (!syscall || site->key.syscall == syscall);
}

static void add_line(struct lines *lines, uint32_t line, uint64_t calls)
{
	for (uint32_t i = 0; i < lines->nr; i++) {
		if (lines->list[i].line == line) {
			lines->list[i].calls = count_add(lines->list[i].calls, calls);
			return;
		}
	}
	lines->list = xgrow(lines->list, lines->nr, &lines->capacity, sizeof(*lines->list));
	lines->list[lines->nr++] = (struct line_calls){ .line = line, .calls = calls };
}

static struct lines lines_of(const struct call_sites *sites, uint32_t place, uint32_t syscall)
{
	struct lines lines = { 0 };

	for (uint32_t i = 0; sites && i < sites->nr; i++) {
		if (is_at(&sites->sites[i], place, syscall))
			add_line(&lines, sites->sites[i].key.line, sites->sites[i].totals.calls);
	}
	return lines;
}

/* Marks the lines that make as many calls as one of @before. */
static void mark_known(struct lines *now, struct lines *before)
{
	for (uint32_t i = 0; i < before->nr; i++) {
		for (uint32_t k = 0; k < now->nr; k++) {
			if (now->list[k].is_known || now->list[k].calls != before->list[i].calls)
				continue;
			now->list[k].is_known = true;
			break;
		}
	}
}

/*
 * Chooses the line that grew. A baseline has only one sum for the function, so a line with exactly
 * as many calls as the sum grew is preferred.
 */
static uint32_t choose_line(const struct lines *now, uint64_t growth)
{
	const struct line_calls *best = NULL;

	for (uint32_t i = 0; i < now->nr; i++) {
		const struct line_calls *line = &now->list[i];

		if (line->calls == growth)
			return line->line;
		if (!best || best->is_known > line->is_known ||
		    (best->is_known == line->is_known && line->calls > best->calls))
			best = line;
	}
	return best ? best->line : 0;
}

static uint64_t sum(const struct lines *lines)
{
	uint64_t calls = 0;

	for (uint32_t i = 0; i < lines->nr; i++)
		calls = count_add(calls, lines->list[i].calls);
	return calls;
}

static uint64_t calls_of_stack(const struct call_sites *sites, const struct call_site *like)
{
	uint64_t calls = 0;

	for (uint32_t i = 0; sites && sites->has_stacks && i < sites->nr; i++) {
		const struct call_site *site = &sites->sites[i];

		if (site->key.stack == like->key.stack &&
		    is_at(site, like->key.place, like->key.syscall))
			calls = count_add(calls, site->totals.calls);
	}
	return calls;
}

const struct call_site *budget_grown_site(const struct call_sites *base,
					  const struct call_sites *new, uint32_t place,
					  uint32_t syscall)
{
	struct lines before = lines_of(base, place, syscall);
	struct lines now = lines_of(new, place, syscall);
	uint64_t was = sum(&before), is = sum(&now);
	const struct call_site *best = NULL;
	int64_t best_growth = 0;
	uint32_t line;

	if (base && base->has_stacks)
		mark_known(&now, &before);
	line = choose_line(&now, is > was ? is - was : 0);
	for (uint32_t i = 0; i < new->nr; i++) {
		const struct call_site *site = &new->sites[i];
		int64_t growth;

		if (!is_at(site, place, syscall) || site->key.line != line)
			continue;
		growth = diff_of(calls_of_stack(base, site), calls_of_stack(new, site));
		if (!best || growth > best_growth) {
			best = site;
			best_growth = growth;
		}
	}
	free(before.list);
	free(now.list);
	return best;
}
