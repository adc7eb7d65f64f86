// SPDX-License-Identifier: MIT
/*
 * Interned strings: equal text gives the same id, and ids stay valid while the table grows.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "profile/util/string_table.h"

static struct string_table table;

static void setup(void)
{
	string_table_init(&table);
}

static void teardown(void)
{
	string_table_fini(&table);
}

TestSuite(string_table, .init = setup, .fini = teardown);

Test(string_table, find_adds_nothing)
{
	uint32_t id = string_table_intern(&table, "there");

	cr_expect_eq(string_table_find(&table, "there"), id);
	cr_expect_eq(string_table_find(&table, "not there"), 0);
	cr_expect_eq(string_table_find(&table, ""), 0);
	cr_expect_eq(table.nr, 2);
}

Test(string_table, empty_string_is_id_0)
{
	cr_assert_eq(string_table_intern(&table, ""), 0);
	cr_assert_str_eq(string_table_get(&table, 0), "");
	cr_assert_eq(table.nr, 1);
}

Test(string_table, equal_text_has_equal_id)
{
	char copy[] = "read";
	uint32_t id = string_table_intern(&table, "read");

	cr_assert_neq(id, 0);
	cr_assert_eq(string_table_intern(&table, copy), id);
	cr_assert_neq(string_table_intern(&table, "reads"), id);
	cr_assert_neq(string_table_intern(&table, "rea"), id);
	cr_assert_neq(string_table_intern(&table, "write"), id);
}

Test(string_table, keeps_a_copy)
{
	char text[] = "before";
	uint32_t id = string_table_intern(&table, text);

	text[0] = 'B';
	cr_assert_str_eq(string_table_get(&table, id), "before");
}

Test(string_table, bytes_need_no_terminator)
{
	uint32_t id = string_table_intern_bytes(&table, "readlink", 4);

	cr_assert_eq(string_table_intern(&table, "read"), id);
	cr_assert_str_eq(string_table_get(&table, id), "read");
	cr_assert_neq(string_table_intern_bytes(&table, "readlink", 8), id);
}

Test(string_table, ids_are_stable_over_100000_strings)
{
	char text[32];

	for (uint32_t i = 1; i <= 100000; i++) {
		snprintf(text, sizeof(text), "string %u", i);
		cr_assert_eq(string_table_intern(&table, text), i);
	}
	for (uint32_t i = 1; i <= 100000; i++) {
		snprintf(text, sizeof(text), "string %u", i);
		cr_assert_eq(string_table_intern(&table, text), i);
		cr_assert_str_eq(string_table_get(&table, i), text);
	}
}
