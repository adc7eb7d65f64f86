// SPDX-License-Identifier: MIT
/*
 * Formats numbers with units. A value takes the next unit when rounding would give it one more
 * digit: 999600 ns is 1.00ms, not 1000us. Times above 999 s stay in seconds, so that rows can be
 * compared.
 */
#include <inttypes.h>
#include <stdio.h>

#include "profile/util/format.h"

struct scale {
	double step;
	double limit; /* values from here on take the next unit */
	unsigned int nr_units;
	const char *units[7];
};

static const char *format_scaled(char text[static FORMAT_SIZE], uint64_t number,
				 const struct scale *scale)
{
	double value = (double)number;
	unsigned int unit = 0;
	int decimals;

	while (value >= scale->limit && unit + 1 < scale->nr_units) {
		value /= scale->step;
		unit++;
	}
	decimals = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
	snprintf(text, FORMAT_SIZE, "%.*f%s", decimals, value, scale->units[unit]);
	return text;
}

const char *format_count(char text[static FORMAT_SIZE], uint64_t count)
{
	snprintf(text, FORMAT_SIZE, "%" PRIu64, count);
	return text;
}

const char *format_time(char text[static FORMAT_SIZE], uint64_t ns)
{
	static const struct scale scale = { 1000, 999.5, 4, { "ns", "us", "ms", "s" } };

	return format_scaled(text, ns, &scale);
}

const char *format_bytes(char text[static FORMAT_SIZE], uint64_t bytes)
{
	static const struct scale scale = {
		1024, 1023.5, 7, { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" }
	};

	return format_scaled(text, bytes, &scale);
}

const char *format_percent(char text[static FORMAT_SIZE], uint64_t part, uint64_t whole)
{
	double percent = whole ? 100.0 * (double)part / (double)whole : 0;

	snprintf(text, FORMAT_SIZE, "%.1f%%", percent);
	return text;
}

const char *format_plural(uint64_t nr)
{
	return nr == 1 ? "" : "s";
}
