// SPDX-License-Identifier: MIT
/*
 * Bars: how much of them is filled, and that each has exactly its width.
 */
#include <criterion/criterion.h>
#include <stdint.h>

#include "cli/term/bar.h"
#include "profile/util/text.h"

static void expect(uint64_t part, uint64_t whole, unsigned int width, bool utf8, const char *wanted)
{
	char text[BAR_SIZE];

	cr_expect_str_eq(bar_format(text, part, whole, width, utf8), wanted);
}

Test(bar, ascii_bars_have_whole_and_half_columns)
{
	expect(0, 100, 4, false, "    ");
	expect(6, 100, 4, false, "    ");
	expect(7, 100, 4, false, "-   ");
	expect(50, 100, 4, false, "##  ");
	expect(56, 100, 4, false, "##  ");
	expect(57, 100, 4, false, "##- ");
	expect(100, 100, 4, false, "####");
}

Test(bar, utf8_bars_have_eighths_of_a_column)
{
	expect(1, 16, 2, true, "\xe2\x96\x8f ");
	expect(8, 16, 2, true, "\xe2\x96\x88 ");
	expect(15, 16, 2, true, "\xe2\x96\x88\xe2\x96\x89");
	expect(16, 16, 2, true, "\xe2\x96\x88\xe2\x96\x88");
	expect(0, 16, 2, true, "  ");
}

Test(bar, shares_outside_of_0_to_1_stay_inside_the_bar)
{
	expect(5, 0, 3, false, "   ");
	expect(7, 5, 3, false, "###");
	expect(UINT64_MAX, UINT64_MAX, 3, false, "###");
	expect(UINT64_MAX / 2, UINT64_MAX, 2, false, "# ");
	expect(1, 1, 0, true, "");
}

Test(bar, has_its_width_whatever_the_share)
{
	char text[BAR_SIZE];

	for (unsigned int width = 0; width <= BAR_MAX_WIDTH; width++) {
		for (unsigned int part = 0; part <= 101; part++) {
			cr_expect_eq(text_width(bar_format(text, part, 101, width, true)), width);
			cr_expect_eq(text_width(bar_format(text, part, 101, width, false)), width);
		}
	}
	cr_expect_eq(text_width(bar_format(text, 1, 1, 1000, true)), BAR_MAX_WIDTH);
}
