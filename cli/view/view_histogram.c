// SPDX-License-Identifier: MIT
/*
 * A histogram of latencies as text. Buckets are eight to a power of two. So that there are at most
 * MAX_LINES lines, a line combines up to all eight. Empty lines between the fastest and the slowest
 * call are shown, because gaps are part of the distribution. Of a long gap only one line is shown,
 * with dots.
 */
#include <inttypes.h>
#include <string.h>

#include "cli/term/bar.h"
#include "cli/view/view.h"
#include "profile/util/format.h"

#define MAX_LINES  20
#define MAX_GAP	   3 /* empty lines */
#define INDENT	   4
#define LEAST_BAR  8
#define NORMAL_BAR 40

/* The number of a line is bucket >> shift. */
struct scale {
	unsigned int shift;
	unsigned int first, last;
	uint64_t greatest; /* the largest number of calls in one line */
};

static uint64_t calls_of(const struct histogram *histogram, unsigned int line, unsigned int shift)
{
	uint64_t calls = 0;

	for (unsigned int i = 0; i < 1u << shift; i++)
		calls += histogram->calls[(line << shift) + i];
	return calls;
}

static struct scale find_scale(const struct histogram *histogram)
{
	unsigned int first = 0, last = HISTOGRAM_NR_BUCKETS - 1;
	struct scale scale = { 0 };

	while (first < last && !histogram->calls[first])
		first++;
	while (last > first && !histogram->calls[last])
		last--;
	while (scale.shift < HISTOGRAM_SUB_BITS &&
	       (last >> scale.shift) - (first >> scale.shift) >= MAX_LINES)
		scale.shift++;
	scale.first = first >> scale.shift;
	scale.last = last >> scale.shift;
	for (unsigned int line = scale.first; line <= scale.last; line++) {
		uint64_t calls = calls_of(histogram, line, scale.shift);

		scale.greatest = calls > scale.greatest ? calls : scale.greatest;
	}
	return scale;
}

/* Returns 0 if a bar would be too short to be useful. */
static unsigned int bar_width(const struct view *view, unsigned int used)
{
	unsigned int width = view->terminal.width;

	if (!width || used + NORMAL_BAR <= width)
		return NORMAL_BAR;
	return used + LEAST_BAR <= width ? width - used : 0;
}

static void print_line(const struct view *view, const struct histogram *histogram,
		       const struct scale *scale, unsigned int line)
{
	uint64_t calls = calls_of(histogram, line, scale->shift);
	unsigned int next = (line + 1) << scale->shift;
	char from[FORMAT_SIZE], to[FORMAT_SIZE] = "", greatest[FORMAT_SIZE], percent[FORMAT_SIZE];
	char bar[BAR_SIZE];
	int digits = (int)strlen(format_count(greatest, scale->greatest));
	unsigned int used = INDENT + 7 + 4 + 7 + 2 + (unsigned int)digits + 2 + 6 + 2;
	size_t length;

	format_time(from, histogram_lower(line << scale->shift));
	if (next < HISTOGRAM_NR_BUCKETS)
		format_time(to, histogram_lower(next));
	bar_format(bar, calls, scale->greatest, bar_width(view, used), view->terminal.has_utf8);
	length = strlen(bar);
	while (length && bar[length - 1] == ' ')
		length--;
	bar[length] = '\0';
	fprintf(view->out, "%*s%7s to %7s  %*" PRIu64 "  %6s%s%s\n", INDENT, "", from, to, digits,
		calls, format_percent(percent, calls, histogram->total), *bar ? "  " : "", bar);
}

/* Returns how many empty lines there are from @line on. */
static unsigned int gap_at(const struct histogram *histogram, const struct scale *scale,
			   unsigned int line)
{
	unsigned int nr = 0;

	while (line + nr <= scale->last && !calls_of(histogram, line + nr, scale->shift))
		nr++;
	return nr;
}

void view_histogram(const struct view *view, const struct latencies *latencies)
{
	const struct histogram *histogram = &latencies->histogram;
	struct scale scale = find_scale(histogram);

	for (unsigned int line = scale.first; line <= scale.last; line++) {
		unsigned int gap = gap_at(histogram, &scale, line);

		if (gap > MAX_GAP) {
			fprintf(view->out, "%*s    ...\n", INDENT, "");
			line += gap - 1;
		} else {
			print_line(view, histogram, &scale, line);
		}
	}
}
