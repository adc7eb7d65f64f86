// SPDX-License-Identifier: MIT
/*
 * The difference as text: a line of sums, a line of system calls, then the most important rows.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/view/view_diff.h"
#include "profile/util/format.h"
#include "profile/util/text.h"
#include "profile/util/xalloc.h"

enum column {
	COLUMN_CHANGE,
	COLUMN_BASE,
	COLUMN_NEW,
	COLUMN_ERRORS,
	COLUMN_BYTES,
	COLUMN_TIME,
	COLUMN_SYSCALL,
	COLUMN_NAME,
	NR_COLUMNS
};

static const char *const titles[NR_COLUMNS] = {
	"change", "before", "now", "errors", "bytes", "time", "syscall", NULL,
};

struct text_line {
	char *cells[NR_COLUMNS];
	enum diff_kind kind;
};

struct layout {
	const struct diff_view *view;
	struct text_line *lines;
	uint32_t nr;
	uint32_t nr_left_out;
	unsigned int widths[NR_COLUMNS];
	bool is_shown[NR_COLUMNS];
};

static char *signed_text(uint64_t base, uint64_t new,
			 const char *(*format)(char text[static FORMAT_SIZE], uint64_t number))
{
	char text[FORMAT_SIZE];

	if (base == new)
		return xstrdup("0");
	return xasprintf("%c%s", base > new ? '-' : '+',
			 format(text, base > new ? base - new : new - base));
}

static char *escaped(char *taken)
{
	char *text = text_escape(taken);

	free(taken);
	return text;
}

static char *name_cell(const struct diff_view *view, const struct diff_row *row)
{
	const struct diff *diff = view->diff;
	bool is_old = row->kind == DIFF_GONE;
	const struct call_sites *sites = is_old ? diff->base : diff->new;
	const struct call_site *site = is_old ? row->base.site : row->new.site;
	char *note = diff_note_text(diff, row);
	char *place, *text;

	if (diff->by == DIFF_BY_SYSCALL)
		place = xstrdup(row->name);
	else
		place = diff_site_text(sites, row->place, diff->by == DIFF_BY_SITE ? site : NULL,
				       view->root);
	text = *note ? xasprintf("%s  [%s]", place, note) : xstrdup(place);
	free(place);
	free(note);
	return escaped(text);
}

static void fill_line(const struct diff_view *view, const struct diff_row *row,
		      struct text_line *line)
{
	const struct totals *base = &row->base.totals, *new = &row->new.totals;
	char text[FORMAT_SIZE];
	char **cells = line->cells;

	line->kind = row->kind;
	cells[COLUMN_CHANGE] = diff_change_text(base->calls, new->calls);
	cells[COLUMN_BASE] = xstrdup(format_count(text, base->calls));
	cells[COLUMN_NEW] = xstrdup(format_count(text, new->calls));
	cells[COLUMN_ERRORS] = signed_text(base->errors, new->errors, format_count);
	cells[COLUMN_BYTES] = signed_text(base->bytes, new->bytes, format_bytes);
	cells[COLUMN_TIME] = signed_text(base->time_ns, new->time_ns, format_time);
	cells[COLUMN_SYSCALL] =
		escaped(xstrdup(call_names_text(view->diff->new->names, row->syscall)));
	cells[COLUMN_NAME] = name_cell(view, row);
}

static void layout_init(struct layout *layout, const struct diff_view *view)
{
	const struct diff *diff = view->diff;

	*layout = (struct layout){ .view = view };
	layout->lines = xcalloc((size_t)diff->nr + 1, sizeof(*layout->lines));
	for (uint32_t i = 0; i < diff->nr; i++) {
		if (!diff_row_differs(diff, &diff->rows[i], &view->options))
			continue;
		if (view->limit && layout->nr >= view->limit)
			layout->nr_left_out++;
		else
			fill_line(view, &diff->rows[i], &layout->lines[layout->nr++]);
	}
	for (int column = 0; column < COLUMN_NAME; column++) {
		bool is_count = column <= COLUMN_NEW;

		layout->widths[column] = (unsigned int)strlen(titles[column]);
		layout->is_shown[column] =
			is_count || (column == COLUMN_SYSCALL && diff->by == DIFF_BY_SITE);
		for (uint32_t i = 0; i < layout->nr; i++) {
			unsigned int width = text_width(layout->lines[i].cells[column]);

			if (width > layout->widths[column])
				layout->widths[column] = width;
			if (column >= COLUMN_ERRORS && column <= COLUMN_TIME &&
			    strcmp(layout->lines[i].cells[column], "0"))
				layout->is_shown[column] = true;
		}
	}
	if (!diff->base->has_time || !diff->new->has_time)
		layout->is_shown[COLUMN_TIME] = false;
}

static void layout_fini(struct layout *layout)
{
	for (uint32_t i = 0; i < layout->nr; i++) {
		for (int column = 0; column < NR_COLUMNS; column++)
			free(layout->lines[i].cells[column]);
	}
	free(layout->lines);
}

/* On a narrow terminal, drops the least important columns first, and finally cuts the name. */
static unsigned int fit(struct layout *layout)
{
	static const enum column order[] = { COLUMN_TIME, COLUMN_BYTES, COLUMN_ERRORS, COLUMN_BASE,
					     COLUMN_NEW };
	unsigned int room = layout->view->terminal.width;
	unsigned int width = 0;

	if (!room)
		return UINT32_MAX;
	for (int column = 0; column < COLUMN_NAME; column++)
		width += layout->is_shown[column] ? layout->widths[column] + 2 : 0;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]) && width + 40 > room; i++) {
		width -= layout->is_shown[order[i]] ? layout->widths[order[i]] + 2 : 0;
		layout->is_shown[order[i]] = false;
	}
	return room > width + 8 ? room - width : 8;
}

static void print_cell(const struct layout *layout, int column, const char *cell)
{
	int gap = (int)(layout->widths[column] - text_width(cell));

	if (column == COLUMN_SYSCALL)
		fprintf(layout->view->out, "%s%*s  ", cell, gap, "");
	else
		fprintf(layout->view->out, "%*s%s  ", gap, "", cell);
}

static void print_line(const struct layout *layout, const struct text_line *line, unsigned int room)
{
	const struct terminal *terminal = &layout->view->terminal;
	bool is_bad = line->kind == DIFF_NEW || line->kind == DIFF_GREW;
	char *name = text_shorten(line->cells[COLUMN_NAME], room, terminal->has_utf8);

	for (int column = 0; column < COLUMN_NAME; column++) {
		if (!layout->is_shown[column])
			continue;
		if (column == COLUMN_CHANGE && is_bad)
			fputs(terminal_style(terminal, STYLE_BAD), layout->view->out);
		print_cell(layout, column, line->cells[column]);
		if (column == COLUMN_CHANGE && is_bad)
			fputs(terminal_style(terminal, STYLE_PLAIN), layout->view->out);
	}
	fprintf(layout->view->out, "%s\n", name);
	free(name);
}

static void print_command(const struct diff_view *view)
{
	const char *base = view->diff->base->facts[RUN_COMMAND];
	const char *new = view->diff->new->facts[RUN_COMMAND];
	char *before, *now;

	if (!base || !new || !strcmp(base, new))
		return;
	before = text_escape(base);
	now = text_escape(new);
	fprintf(view->out, "before    %s\nnow       %s\n", before, now);
	free(before);
	free(now);
}

void view_diff_head(const struct diff_view *view)
{
	char *summary = diff_summary_text(view->diff);
	char *syscalls = diff_syscalls_text(view->by_syscall, &view->options);

	print_command(view);
	fprintf(view->out, "total     %s\n", summary);
	if (*syscalls)
		fprintf(view->out, "by call   %s\n", syscalls);
	free(summary);
	free(syscalls);
}

static void print_counts(const struct diff_view *view)
{
	const struct diff *diff = view->diff;
	uint32_t nr[NR_DIFF_KINDS] = { 0 };
	const char *before = ": ";

	for (uint32_t i = 0; i < diff->nr; i++) {
		if (diff_row_differs(diff, &diff->rows[i], &view->options))
			nr[diff->rows[i].kind]++;
	}
	fprintf(view->out, "%ss     %" PRIu32 " of %" PRIu32 " differ", diff_by_names[diff->by],
		diff_view_count(diff, &view->options), diff->nr);
	for (int kind = DIFF_NEW; kind < NR_DIFF_KINDS; kind++) {
		if (!nr[kind])
			continue;
		fprintf(view->out, "%s%" PRIu32 " %s", before, nr[kind], diff_kind_names[kind]);
		before = ", ";
	}
	fputc('\n', view->out);
}

void view_diff_text(const struct diff_view *view)
{
	struct layout layout;
	unsigned int room;

	view_diff_head(view);
	print_counts(view);
	layout_init(&layout, view);
	room = fit(&layout);
	if (layout.nr) {
		fprintf(view->out, "\n%s", terminal_style(&view->terminal, STYLE_BOLD));
		for (int column = 0; column < COLUMN_NAME; column++) {
			if (layout.is_shown[column])
				print_cell(&layout, column, titles[column]);
		}
		fprintf(view->out, "%s%s\n", diff_by_names[view->diff->by],
			terminal_style(&view->terminal, STYLE_PLAIN));
	}
	for (uint32_t i = 0; i < layout.nr; i++)
		print_line(&layout, &layout.lines[i], room);
	if (layout.nr_left_out)
		fprintf(view->out, "and %" PRIu32 " more row%s that differ%s\n", layout.nr_left_out,
			format_plural(layout.nr_left_out), layout.nr_left_out == 1 ? "s" : "");
	layout_fini(&layout);
}
