// SPDX-License-Identifier: MIT
/*
 * The table as text: columns of right-aligned figures, as wide as their longest value, and the name
 * last. If the terminal is too narrow, columns are dropped in a fixed order until the name has
 * room. Then source paths lose their directories, and finally the middle of the name is cut out.
 * Only terminals get the bar, so that scripts find the same fields in each line.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/term/bar.h"
#include "cli/view/view.h"
#include "profile/util/format.h"
#include "profile/util/text.h"
#include "profile/util/xalloc.h"

#define NAME_ROOM 28 /* columns that a long name has before columns of figures are dropped */
#define BAR_WIDTH 8

enum column {
	COLUMN_TIME,
	COLUMN_PERCENT,
	COLUMN_BAR,
	COLUMN_CALLS,
	COLUMN_VARIES,
	COLUMN_ERRORS,
	COLUMN_MEAN,
	COLUMN_PERCENTILES, /* followed by PERCENTILES_MAX - 1 more */
	COLUMN_MAX = COLUMN_PERCENTILES + PERCENTILES_MAX,
	COLUMN_BYTES,
	NR_COLUMNS
};

struct layout {
	const struct view *view;
	const struct report_rows *rows;
	uint32_t nr_shown;
	uint64_t *percentile_ns;	 /* all shown percentiles of each shown row */
	unsigned int widths[NR_COLUMNS]; /* 0: not shown */
	unsigned int syscall_width; /* of the system call's own column in the site view; else 0 */
	unsigned int name_width;    /* of the longest name, or NAME_ROOM */
	unsigned int name_room;	    /* 0: no limit */
};

static const char *title_of(const struct layout *layout, unsigned int column)
{
	static const char *const titles[NR_COLUMNS] = {
		[COLUMN_TIME] = "time",	    [COLUMN_PERCENT] = "%",	[COLUMN_BAR] = "",
		[COLUMN_CALLS] = "calls",   [COLUMN_ERRORS] = "errors", [COLUMN_MEAN] = "mean",
		[COLUMN_VARIES] = "varies", [COLUMN_MAX] = "max",	[COLUMN_BYTES] = "bytes",
	};

	if (column >= COLUMN_PERCENTILES && column < COLUMN_MAX)
		return view_percentiles(layout->view)->names[column - COLUMN_PERCENTILES];
	return titles[column];
}

/* Formats the range of calls over the runs if it varies. */
static void format_range(char text[static FORMAT_SIZE], const struct run_range *range)
{
	char min[FORMAT_SIZE], max[FORMAT_SIZE];

	if (range->min == range->max)
		strcpy(text, "-");
	else
		snprintf(text, FORMAT_SIZE, "%.14s..%.14s", format_count(min, range->min),
			 format_count(max, range->max));
}

static void format_cell(char text[static BAR_SIZE], const struct layout *layout, uint32_t nr,
			unsigned int column)
{
	const struct report_row *row = &layout->rows->rows[nr];
	const struct percentiles *percentiles = view_percentiles(layout->view);
	uint64_t total_ns = layout->rows->total.time_ns;

	switch (column) {
	case COLUMN_TIME:
		format_time(text, row->totals.time_ns);
		break;
	case COLUMN_PERCENT:
		format_percent(text, row->totals.time_ns, total_ns);
		break;
	case COLUMN_BAR:
		bar_format(text, row->totals.time_ns, total_ns, BAR_WIDTH,
			   layout->view->terminal.has_utf8);
		break;
	case COLUMN_CALLS:
		format_count(text, row->totals.calls);
		break;
	case COLUMN_VARIES:
		format_range(text, &row->range);
		break;
	case COLUMN_ERRORS:
		format_count(text, row->totals.errors);
		break;
	case COLUMN_MEAN:
		format_time(text, row->mean_ns);
		break;
	case COLUMN_MAX:
		format_time(text, row->max_ns);
		break;
	case COLUMN_BYTES:
		format_bytes(text, row->totals.bytes);
		break;
	default:
		format_time(
			text,
			layout->percentile_ns[nr * percentiles->nr + column - COLUMN_PERCENTILES]);
		break;
	}
}

static unsigned int max(unsigned int a, unsigned int b)
{
	return a > b ? a : b;
}

/*
 * Returns the width of the figures and, in the site view, of the system call, with the gaps after
 * them.
 */
static unsigned int width_before_name(const struct layout *layout)
{
	unsigned int width = layout->syscall_width ? layout->syscall_width + 2 : 0;

	for (unsigned int column = 0; column < NR_COLUMNS; column++)
		width += layout->widths[column] ? layout->widths[column] + 2 : 0;
	return width;
}

/*
 * First drops all percentiles but the highest, starting with the lowest. Then drops the other
 * columns, the least important first.
 */
static void fit_columns(struct layout *layout)
{
	static const enum column order[] = {
		COLUMN_MAX,  COLUMN_BYTES,  COLUMN_PERCENTILES, COLUMN_BAR,
		COLUMN_MEAN, COLUMN_ERRORS, COLUMN_PERCENT,
	};
	unsigned int width = layout->view->terminal.width;
	unsigned int last = COLUMN_PERCENTILES + view_percentiles(layout->view)->nr - 1;

	if (!width)
		return;
	for (unsigned int column = COLUMN_PERCENTILES; column < last; column++) {
		if (width_before_name(layout) + layout->name_width > width)
			layout->widths[column] = 0;
	}
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		unsigned int column = order[i] == COLUMN_PERCENTILES ? last : order[i];

		if (width_before_name(layout) + layout->name_width <= width)
			break;
		layout->widths[column] = 0;
	}
	layout->name_room = 8;
	if (width_before_name(layout) + layout->name_room < width)
		layout->name_room = width - width_before_name(layout);
}

static bool has_column(const struct layout *layout, unsigned int column)
{
	if (column >= COLUMN_PERCENTILES && column < COLUMN_MAX)
		return column - COLUMN_PERCENTILES < view_percentiles(layout->view)->nr;
	if (column == COLUMN_VARIES)
		return layout->rows->has_ranges;
	return column != COLUMN_BAR || layout->view->terminal.width;
}

static void measure_name(struct layout *layout, const struct report_key *key)
{
	char *name =
		report_row_subject(layout->view->profile, layout->rows->by, key, LOCATION_FULL);
	unsigned int width = text_width(name);

	layout->name_width = max(layout->name_width, width < NAME_ROOM ? width : NAME_ROOM);
	free(name);
}

static void measure(struct layout *layout, uint32_t nr)
{
	const struct report_key *key = &layout->rows->rows[nr].key;
	char cell[BAR_SIZE];

	for (unsigned int column = 0; column < NR_COLUMNS; column++) {
		if (!has_column(layout, column))
			continue;
		format_cell(cell, layout, nr, column);
		layout->widths[column] = max(layout->widths[column], text_width(cell));
	}
	measure_name(layout, key);
	if (layout->rows->by == REPORT_BY_SITE) {
		char *syscall = report_syscall_label(key->abi, key->nr);

		layout->syscall_width = max(layout->syscall_width, text_width(syscall));
		free(syscall);
	}
}

static void find_percentiles(struct layout *layout)
{
	const struct percentiles *percentiles = view_percentiles(layout->view);
	struct latencies *latencies = xmalloc(sizeof(*latencies));
	uint64_t *out;

	out = xcalloc((size_t)layout->nr_shown * percentiles->nr, sizeof(*out));
	layout->percentile_ns = out;
	for (uint32_t i = 0; i < layout->nr_shown; i++) {
		report_row_latencies(layout->rows, &layout->rows->rows[i], latencies);
		for (unsigned int nth = 0; nth < percentiles->nr; nth++)
			*out++ = latencies_percentile(latencies, percentiles->percent[nth]);
	}
	free(latencies);
}

static void layout_init(struct layout *layout, const struct view *view,
			const struct report_rows *rows)
{
	*layout = (struct layout){ .view = view, .rows = rows, .nr_shown = rows->nr };
	if (view->limit && view->limit < rows->nr)
		layout->nr_shown = view->limit;
	find_percentiles(layout);
	for (unsigned int column = 0; column < NR_COLUMNS; column++) {
		if (has_column(layout, column))
			layout->widths[column] = (unsigned int)strlen(title_of(layout, column));
	}
	if (rows->by == REPORT_BY_SITE)
		layout->syscall_width = (unsigned int)strlen(report_by_names[REPORT_BY_SYSCALL]);
	layout->name_width = (unsigned int)strlen(report_by_names[rows->by]);
	for (uint32_t i = 0; i < layout->nr_shown; i++)
		measure(layout, i);
	fit_columns(layout);
}

static char *fit_name(const struct layout *layout, const struct report_row *row)
{
	const struct view *view = layout->view;
	enum report_by by = layout->rows->by;
	char *raw = report_row_subject(view->profile, by, &row->key, LOCATION_FULL);
	char *name;

	if (layout->name_room && text_width(raw) > layout->name_room) {
		free(raw);
		raw = report_row_subject(view->profile, by, &row->key, LOCATION_SHORT);
	}
	name = terminal_fit(&view->terminal, raw, layout->name_room);
	free(raw);
	return name;
}

static void print_titles(const struct layout *layout)
{
	const struct view *view = layout->view;

	fputs(terminal_style(&view->terminal, STYLE_BOLD), view->out);
	for (unsigned int column = 0; column < NR_COLUMNS; column++) {
		if (layout->widths[column])
			fprintf(view->out, "%*s  ", (int)layout->widths[column],
				title_of(layout, column));
	}
	if (layout->syscall_width)
		fprintf(view->out, "%-*s  ", (int)layout->syscall_width, "syscall");
	fprintf(view->out, "%s%s\n", report_by_names[layout->rows->by],
		terminal_style(&view->terminal, STYLE_PLAIN));
}

static void print_row(const struct layout *layout, uint32_t nr)
{
	const struct report_row *row = &layout->rows->rows[nr];
	const struct terminal *terminal = &layout->view->terminal;
	FILE *out = layout->view->out;
	char cell[BAR_SIZE];
	char *name;

	for (unsigned int column = 0; column < NR_COLUMNS; column++) {
		bool is_bad = column == COLUMN_ERRORS && row->totals.errors;
		int padding;

		if (!layout->widths[column])
			continue;
		format_cell(cell, layout, nr, column);
		padding = (int)(layout->widths[column] - text_width(cell));
		fprintf(out, "%s%*s%s%s  ", is_bad ? terminal_style(terminal, STYLE_BAD) : "",
			padding, "", cell, is_bad ? terminal_style(terminal, STYLE_PLAIN) : "");
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

static void print_histogram(const struct layout *layout, uint32_t nr)
{
	struct latencies *latencies = xmalloc(sizeof(*latencies));

	report_row_latencies(layout->rows, &layout->rows->rows[nr], latencies);
	view_histogram(layout->view, latencies);
	free(latencies);
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
	for (uint32_t i = 0; i < layout.nr_shown; i++) {
		print_row(&layout, i);
		if (view->has_histograms)
			print_histogram(&layout, i);
	}
	print_rest(&layout);
	free(layout.percentile_ns);
}

#define MAX_WAITING_CALLS 4 /* system calls that the line names */

void view_waiting(const struct view *view, const struct waiting_sum *waiting)
{
	const struct terminal *terminal = &view->terminal;
	char time[FORMAT_SIZE], count[FORMAT_SIZE];
	char *text, *shown;

	if (!waiting->nr)
		return;
	text = xasprintf("waiting %s in %s call%s:", format_time(time, waiting->totals.time_ns),
			 format_count(count, waiting->totals.calls),
			 format_plural(waiting->totals.calls));
	for (uint32_t i = 0; i < waiting->nr && i < MAX_WAITING_CALLS; i++) {
		const struct waiting_call *call = &waiting->calls[i];
		char *name = report_syscall_label(call->abi, call->nr);
		char *longer = xasprintf("%s%s %s %s", text, i ? "," : "", name,
					 format_time(time, call->totals.time_ns));

		free(name);
		free(text);
		text = longer;
	}
	shown = text_shorten(text, terminal->width > 24 ? terminal->width - 24 : UINT32_MAX,
			     terminal->has_utf8);
	fprintf(view->out, "%s; --wait shows its sites\n", shown);
	free(shown);
	free(text);
}
