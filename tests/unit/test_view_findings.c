// SPDX-License-Identifier: MIT
/*
 * Findings as text: names in a profile cannot control the terminal, lines fit its width, and a
 * message says if there are no findings or more than requested.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cli/view/view.h"
#include "tests/unit/made_calls.h"

TestSuite(view_findings, .init = made_init, .fini = made_fini);

/* Returns what is printed. The caller frees the text. */
static char *print(unsigned int width, unsigned int limit)
{
	struct view view = { .profile = &made_profile, .terminal = { .width = width } };
	char *text;
	size_t size;

	find("");
	view.findings = &made_findings;
	view.out = open_memstream(&text, &size);
	view_findings(&view, limit);
	fclose(view.out);
	return text;
}

Test(view_findings, no_findings_are_reported_as_none)
{
	char *text = print(0, 0);

	cr_expect_str_eq(text, "\nfindings none\n");
	free(text);
}

Test(view_findings, findings_that_are_not_requested_are_not_mentioned)
{
	struct view view = { .profile = &made_profile, .out = stdout };

	view_findings(&view, 0);
}

Test(view_findings, sentence_and_advice_have_a_line_each_without_a_terminal)
{
	char *text;

	add("get", "read", 5000, 500, 5000);
	text = print(0, 0);
	cr_expect_not_null(strstr(text, "\nfindings\nhigh     get (a.c:7) calls read 5000 times "));
	cr_expect_not_null(strstr(text, "(2.50ms).\n         Read larger blocks, "));
	free(text);
}

Test(view_findings, lines_fit_the_terminal)
{
	char *text, *rest, *line;

	add("get", "read", 5000, 500, 5000);
	add("put", "write", 5000, 500, 5000);
	for (unsigned int width = 40; width <= 200; width += 20) {
		rest = text = print(width, 0);
		while ((line = strsep(&rest, "\n")))
			cr_expect_leq(strlen(line), width, "%u: %s", width, line);
		free(text);
	}
}

Test(view_findings, hostile_names_are_escaped)
{
	char *text;

	add("\033]0;owned\a\n\xff", "read", 5000, 500, 5000);
	text = print(60, 0);
	cr_expect_not_null(strstr(text, "\\x1b]0;owned\\x07\\x0a\\xff"), "%s", text);
	for (const char *at = text; *at; at++)
		cr_expect(isprint((unsigned char)*at) || *at == '\n');
	free(text);
}

Test(view_findings, the_other_findings_are_counted)
{
	char *text;

	add("a", "getpid", 3000, 100, 0);
	add("b", "getpid", 3000, 100, 0);
	add("c", "getpid", 3000, 100, 0);
	text = print(0, 1);
	cr_expect_not_null(strstr(text, "and 2 more: --format json shows all\n"), "%s", text);
	free(text);
}
