// SPDX-License-Identifier: MIT
/*
 * The table as text: figures right-aligned in columns as wide as their longest value, the name
 * last. On a terminal too narrow for all of that, columns go in a fixed order until the name has
 * room, then source paths lose their directories, and last the name is cut.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/format.h"
#include "cli/text.h"
#include "cli/view.h"
#include "profile/xalloc.h"

#define NAME_ROOM 32 /* columns that a name should have before figures are dropped */

enum column {
	COLUMN_TIME,
	COLUMN_PERCENT,
	COLUMN_CALLS,
	COLUMN_ERRORS,
	COLUMN_MEAN,
	COLUMN_P50,
	COLUMN_P99,
	COLUMN_MAX,
	COLUMN_BYTES,
	NR_COLUMNS
};

static const char *const titles[NR_COLUMNS] = {
	"time", "%", "calls", "errors", "mean", "p50", "p99", "max", "bytes",
};

struct layout {
	const struct view *view;
	const struct report_rows *rows;
	uint32_t nr_shown;
	unsigned int widths[NR_COLUMNS]; /* 0: not shown */
	unsigned int syscall_width;	 /* of the site view's own column, else 0 */
	unsigned int name_room;		 /* 0: no limit */
};

static void format_cell(char text[static FORMAT_SIZE], const struct report_rows *rows,
			const struct report_row *row, enum column column)
{
	switch (column) {
	case COLUMN_TIME:
		format_time(text, row->totals.time_ns);
		break;
	case COLUMN_PERCENT:
		format_percent(text, row->totals.time_ns, rows->total.time_ns);
		break;
	case COLUMN_CALLS:
		format_count(text, row->totals.calls);
		break;
	case COLUMN_ERRORS:
		format_count(text, row->totals.errors);
		break;
	case COLUMN_MEAN:
		format_time(text, row->mean_ns);
		break;
	case COLUMN_P50:
		format_time(text, row->p50_ns);
		break;
	case COLUMN_P99:
		format_time(text, row->p99_ns);
		break;
	case COLUMN_MAX:
		format_time(text, row->max_ns);
		break;
	default:
		format_bytes(text, row->totals.bytes);
		break;
	}
}

static unsigned int max(unsigned int a, unsigned int b)
{
	return a > b ? a : b;
}

/* Returns what figures and, in the site view, the system call take, with the gaps behind them. */
static unsigned int width_before_name(const struct layout *layout)
{
	unsigned int width = layout->syscall_width ? layout->syscall_width + 2 : 0;

	for (int column = 0; column < NR_COLUMNS; column++)
		width += layout->widths[column] ? layout->widths[column] + 2 : 0;
	return width;
}

static void fit_columns(struct layout *layout)
{
	static const enum column order[] = {
		COLUMN_P50,  COLUMN_MAX,    COLUMN_P99,	    COLUMN_BYTES,
		COLUMN_MEAN, COLUMN_ERRORS, COLUMN_PERCENT,
	};
	unsigned int width = layout->view->terminal.width;

	if (!width)
		return;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (width_before_name(layout) + NAME_ROOM <= width)
			break;
		layout->widths[order[i]] = 0;
	}
	layout->name_room = 8;
	if (width_before_name(layout) + layout->name_room < width)
		layout->name_room = width - width_before_name(layout);
}

static void measure(struct layout *layout, const struct report_row *row)
{
	char cell[FORMAT_SIZE];

	for (int column = 0; column < NR_COLUMNS; column++) {
		format_cell(cell, layout->rows, row, column);
		layout->widths[column] = max(layout->widths[column], (unsigned int)strlen(cell));
	}
	if (layout->rows->by == REPORT_BY_SITE) {
		char *syscall = report_syscall_label(row->key.abi, row->key.nr);

		layout->syscall_width = max(layout->syscall_width, text_width(syscall));
		free(syscall);
	}
}

static void layout_init(struct layout *layout, const struct view *view,
			const struct report_rows *rows)
{
	*layout = (struct layout){ .view = view, .rows = rows, .nr_shown = rows->nr };
	if (view->limit && view->limit < rows->nr)
		layout->nr_shown = view->limit;
	for (int column = 0; column < NR_COLUMNS; column++)
		layout->widths[column] = (unsigned int)strlen(titles[column]);
	if (rows->by == REPORT_BY_SITE)
		layout->syscall_width = (unsigned int)strlen(report_by_names[REPORT_BY_SYSCALL]);
	for (uint32_t i = 0; i < layout->nr_shown; i++)
		measure(layout, &rows->rows[i]);
	fit_columns(layout);
}

static char *fit_name(const struct layout *layout, const struct report_row *row)
{
	const struct view *view = layout->view;
	enum report_by by = layout->rows->by;
	char *raw = report_row_subject(view->profile, by, &row->key, LOCATION_FULL);
	char *name = text_escape(raw);
	char *cut;

	free(raw);
	if (!layout->name_room || text_width(name) <= layout->name_room)
		return name;
	free(name);
	raw = report_row_subject(view->profile, by, &row->key, LOCATION_SHORT);
	name = text_escape(raw);
	cut = text_shorten(name, layout->name_room, view->terminal.has_utf8);
	free(raw);
	free(name);
	return cut;
}

static void print_titles(const struct layout *layout)
{
	const struct view *view = layout->view;

	fputs(terminal_style(&view->terminal, STYLE_BOLD), view->out);
	for (int column = 0; column < NR_COLUMNS; column++) {
		if (layout->widths[column])
			fprintf(view->out, "%*s  ", (int)layout->widths[column], titles[column]);
	}
	if (layout->syscall_width)
		fprintf(view->out, "%-*s  ", (int)layout->syscall_width, "syscall");
	fprintf(view->out, "%s%s\n", report_by_names[layout->rows->by],
		terminal_style(&view->terminal, STYLE_PLAIN));
}

static void print_row(const struct layout *layout, const struct report_row *row)
{
	const struct terminal *terminal = &layout->view->terminal;
	FILE *out = layout->view->out;
	char cell[FORMAT_SIZE];
	char *name;

	for (int column = 0; column < NR_COLUMNS; column++) {
		bool is_bad = column == COLUMN_ERRORS && row->totals.errors;

		if (!layout->widths[column])
			continue;
		format_cell(cell, layout->rows, row, column);
		fprintf(out, "%s%*s%s  ", is_bad ? terminal_style(terminal, STYLE_BAD) : "",
			(int)layout->widths[column], cell,
			is_bad ? terminal_style(terminal, STYLE_PLAIN) : "");
	}
	if (layout->syscall_width) {
		char *syscall = report_syscall_label(row->key.abi, row->key.nr);

		fprintf(out, "%-*s  ", (int)layout->syscall_width, syscall);
		free(syscall);
	}
	name = fit_name(layout, row);
	fprintf(out, "%s\n", name);
	free(name);
}

static void print_rest(const struct layout *layout)
{
	const struct report_rows *rows = layout->rows;
	const struct terminal *terminal = &layout->view->terminal;
	char time[FORMAT_SIZE], percent[FORMAT_SIZE];
	struct totals rest = { 0 };
	uint32_t nr_hidden;
	char *text, *shown;

	if (layout->nr_shown == rows->nr)
		return;
	for (uint32_t i = layout->nr_shown; i < rows->nr; i++)
		totals_add(&rest, &rows->rows[i].totals);
	nr_hidden = rows->nr - layout->nr_shown;
	text = xasprintf("and %" PRIu32 " more row%s with %" PRIu64 " call%s, %" PRIu64
			 " error%s, %s (%s)",
			 nr_hidden, format_plural(nr_hidden), rest.calls, format_plural(rest.calls),
			 rest.errors, format_plural(rest.errors), format_time(time, rest.time_ns),
			 format_percent(percent, rest.time_ns, rows->total.time_ns));
	shown = text_shorten(text, terminal->width ? terminal->width : UINT32_MAX,
			     terminal->has_utf8);
	fprintf(layout->view->out, "%s\n", shown);
	free(shown);
	free(text);
}

void view_table(const struct view *view, const struct report_rows *rows)
{
	struct layout layout;

	if (!rows->nr) {
		fputs("no system calls to show\n", view->out);
		return;
	}
	layout_init(&layout, view, rows);
	print_titles(&layout);
	for (uint32_t i = 0; i < layout.nr_shown; i++)
		print_row(&layout, &rows->rows[i]);
	print_rest(&layout);
}
