// SPDX-License-Identifier: MIT
/*
 * Numbers and text in a report: units, rounding near the next unit, escaping, width, and
 * truncation.
 */
#include <criterion/criterion.h>
#include <locale.h>
#include <stdlib.h>

#include "profile/util/format.h"
#include "profile/util/text.h"

static char buffer[FORMAT_SIZE];

static void expect_text(char *actual, const char *expected)
{
	cr_expect_str_eq(actual, expected, "'%s' is not '%s'", actual, expected);
	free(actual);
}

Test(format, times_have_three_digits_and_a_unit)
{
	cr_expect_str_eq(format_time(buffer, 0), "0ns");
	cr_expect_str_eq(format_time(buffer, 999), "999ns");
	cr_expect_str_eq(format_time(buffer, 1000), "1.00us");
	cr_expect_str_eq(format_time(buffer, 12345), "12.3us");
	cr_expect_str_eq(format_time(buffer, 123456), "123us");
	cr_expect_str_eq(format_time(buffer, 1234567), "1.23ms");
	cr_expect_str_eq(format_time(buffer, 61000000000), "61.0s");
	cr_expect_str_eq(format_time(buffer, 7200000000000), "7200s");
}

Test(format, rounding_up_can_reach_the_next_unit)
{
	cr_expect_str_eq(format_time(buffer, 999499), "999us");
	cr_expect_str_eq(format_time(buffer, 999500), "1.00ms");
	cr_expect_str_eq(format_time(buffer, 9996), "10.0us");
	cr_expect_str_eq(format_time(buffer, 99960), "100us");
}

Test(format, bytes_have_binary_units)
{
	cr_expect_str_eq(format_bytes(buffer, 0), "0B");
	cr_expect_str_eq(format_bytes(buffer, 1023), "1023B");
	cr_expect_str_eq(format_bytes(buffer, 1024), "1.00KiB");
	cr_expect_str_eq(format_bytes(buffer, 409600), "400KiB");
	cr_expect_str_eq(format_bytes(buffer, UINT64_MAX), "16.0EiB");
}

Test(format, counts_are_never_rounded)
{
	cr_expect_str_eq(format_count(buffer, UINT64_MAX), "18446744073709551615");
}

Test(format, share_of_nothing_is_zero)
{
	cr_expect_str_eq(format_percent(buffer, 1, 3), "33.3%");
	cr_expect_str_eq(format_percent(buffer, 5, 5), "100.0%");
	cr_expect_str_eq(format_percent(buffer, 0, 0), "0.0%");
}

Test(text, controls_and_broken_utf8_are_escaped)
{
	expect_text(text_escape("plain; na\xc3\xafve"), "plain; na\xc3\xafve");
	expect_text(text_escape("\033[31m\n\x7f"), "\\x1b[31m\\x0a\\x7f");
	expect_text(text_escape("a\xff\xc3"), "a\\xff\\xc3");
	expect_text(text_escape("\xc0\xaf"), "\\xc0\\xaf");
	expect_text(text_escape("\xed\xa0\x80"), "\\xed\\xa0\\x80");
	expect_text(text_escape("\xc2\x9b"), "\\xc2\\x9b");
	expect_text(text_escape("\xe2\x80\xae"), "\\xe2\\x80\\xae");
}

Test(text, folded_names_contain_no_separator)
{
	expect_text(text_escape_folded("a;b\nc"), "a\\x3bb\\x0ac");
}

Test(text, width_counts_columns)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	cr_expect_eq(text_width(""), 0);
	cr_expect_eq(text_width("na\xc3\xafve"), 5);
	cr_expect_eq(text_width("\xe6\xbc\xa2"), 2);
}

Test(text, long_text_is_cut_to_the_width)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	expect_text(text_shorten("short", 5, true), "short");
	expect_text(text_shorten("longer", 5, true), "long\xe2\x80\xa6");
	expect_text(text_shorten("longer", 5, false), "long~");
	expect_text(text_shorten("a\xe6\xbc\xa2z", 3, false), "a~");
	expect_text(text_shorten("x", 0, false), "");
}

Test(text, basename_is_what_follows_the_last_slash)
{
	cr_expect_str_eq(text_basename("/usr/bin/ls"), "ls");
	cr_expect_str_eq(text_basename("ls"), "ls");
	cr_expect_str_eq(text_basename("/usr/bin/"), "/usr/bin/");
}
