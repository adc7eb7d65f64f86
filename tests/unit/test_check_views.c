// SPDX-License-Identifier: MIT
/*
 * The output forms that CI services read. Each contains what it must, and escapes names that the
 * service would take for markup.
 */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/budget_read.h"
#include "cli/view/markdown.h"
#include "cli/view/view_check.h"
#include "tests/unit/made_sites.h"

static struct made_runs runs;
static struct budget budget;
static struct judgement judgement;
static struct check_view view;

static void start(void)
{
	made_runs_init(&runs);
	made_site(&runs.base, "main f<a|b>@/w/a.cc", 3, "read", 0, 1);
}

/* Judges the runs, and returns what @print writes about it. The caller frees the text. */
static char *show(void (*print)(const struct check_view *view))
{
	static const char rules[] = "rules:\n  - {syscall: fsync, none: true, level: warn}\n";
	char *error = NULL, *text = NULL;
	size_t size = 0;

	cr_assert_eq(budget_parse(&budget, "b.yml", rules, strlen(rules), &error), 0);
	cr_assert_eq(judgement_init(&judgement, &budget, &runs.base, &runs.new, &error), 0);
	view = (struct check_view){ .judgement = &judgement, .new_path = "x", .root = "/w" };
	view.out = open_memstream(&text, &size);
	print(&view);
	fclose(view.out);
	return text;
}

static void end(void)
{
	judgement_fini(&judgement);
	budget_fini(&budget);
	made_runs_fini(&runs);
}

TestSuite(check_views, .init = start, .fini = end);

static void grow(void)
{
	made_site(&runs.new, "main f<a|b>@/w/a.cc", 3, "read", 0, 9);
}

static void expect_part(const char *text, const char *part)
{
	cr_expect(strstr(text, part), "no '%s' in:\n%s", part, text);
}

Test(check_views, text_names_call_function_file_line_and_callers)
{
	char *text;

	grow();
	text = show(view_check_text);
	expect_part(text, "error: read in f<a|b> (a.cc:3): 9 calls, 1 before (+8)\n"
			  "       f<a|b> < main\n");
	expect_part(text, "FAILED: 1 of 2 rules broken, 1 error\n");
	free(text);
}

Test(check_views, github_annotates_the_line_and_encodes_special_characters)
{
	char *text;

	made_site(&runs.new, "main %f,g:h@/w/a,b:c.cc", 3, "fsync", 0, 2);
	text = show(view_check_github);
	expect_part(text, "::error file=a%2Cb%3Ac.cc,line=3,title=System calls::fsync in %25f,g:h "
			  "(a,b:c.cc:3): 2 calls, 0 before (+2)%0A%25f,g:h < main\n");
	expect_part(text, "::warning file=a%2Cb%3Ac.cc,line=3,title=System calls::fsync in "
			  "%25f,g:h (a,b:c.cc:3): 2 calls, none allowed");
	free(text);
}

Test(check_views, github_gets_at_most_ten_errors_and_their_total)
{
	unsigned int nr = 0;
	char *text;

	for (unsigned int i = 0; i < 25; i++) {
		char *stack = NULL;

		cr_assert(asprintf(&stack, "main f%u@/w/a.cc", i) > 0);
		made_site(&runs.new, stack, i, "read", 0, 1 + i);
		free(stack);
	}
	text = show(view_check_github);
	for (const char *at = text; (at = strstr(at, "::error ")); at++)
		nr++;
	cr_expect_eq(nr, 10);
	expect_part(text, "%0Aand 15 more\n");
	free(text);
}

Test(check_views, markdown_is_cut_and_says_how_much_is_missing)
{
	char *text;

	for (unsigned int i = 0; i < 2000; i++) {
		char *stack = NULL;

		cr_assert(asprintf(&stack, "main f%u@/w/a.cc", i) > 0);
		made_site(&runs.new, stack, i, "read", 0, 1 + i);
		free(stack);
	}
	text = show(view_check_markdown);
	cr_expect_lt(strlen(text), 65536);
	cr_expect(strstr(text, " more.\n"));
	free(text);
}

Test(check_views, markdown_keeps_names_in_their_cells)
{
	char *text;

	grow();
	text = show(view_check_markdown);
	expect_part(text, "| error | `read in f<a\\|b> (a.cc:3)`<br>`f<a\\|b> < main` | "
			  "9 calls, 1 before (+8) | no steady call site may make more calls |\n");
	free(text);
}

Test(check_views, names_cannot_end_markdown_code_or_text)
{
	static const char *const code[][2] = {
		{ "a", "`a`" },
		{ "a`b``", "``` a`b`` ```" },
		{ "a|b", "`a\\|b`" },
		{ "", "" },
	};
	char *text;

	for (size_t i = 0; i < sizeof(code) / sizeof(code[0]); i++) {
		text = markdown_code(code[i][0]);
		cr_expect_str_eq(text, code[i][1]);
		free(text);
	}
	text = markdown_text("a_b <img> [x](y) @you #1\n");
	cr_expect_str_eq(text, "a\\_b \\<img\\> \\[x\\]\\(y\\) \\@you \\#1\\\\x0a");
	free(text);
}

Test(check_views, junit_has_a_failure_for_the_rule_and_escapes_names)
{
	char *text;

	grow();
	text = show(view_check_junit);
	expect_part(text, "tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\"");
	expect_part(text, "<failure type=\"budget\" message=\"read in f&lt;a|b&gt; (a.cc:3): "
			  "9 calls, 1 before (+8)\">");
	free(text);
}

Test(check_views, json_has_all_results)
{
	json_t *document, *broken;
	char *text;

	grow();
	text = show(view_check_json);
	document = json_loads(text, 0, NULL);
	cr_assert(document);
	cr_expect(json_is_false(json_object_get(document, "kept")));
	broken = json_array_get(json_object_get(document, "broken"), 0);
	cr_expect_eq(json_integer_value(json_object_get(broken, "now")), 9);
	cr_expect_eq(json_integer_value(json_object_get(broken, "base")), 1);
	cr_expect_str_eq(json_string_value(json_object_get(broken, "file")), "a.cc");
	cr_expect_eq(json_integer_value(json_object_get(broken, "line_nr")), 3);
	json_decref(document);
	free(text);
}

Test(check_views, benchmark_services_get_names_units_and_values)
{
	json_t *document, *entry;
	char *text;

	grow();
	text = show(view_check_benchmark);
	document = json_loads(text, 0, NULL);
	entry = json_array_get(document, 0);
	cr_expect_str_eq(json_string_value(json_object_get(entry, "name")), "system calls");
	cr_expect_str_eq(json_string_value(json_object_get(entry, "unit")), "calls");
	cr_expect_eq(json_integer_value(json_object_get(entry, "value")), 9);
	json_decref(document);
	free(text);
}

Test(check_views, bencher_gets_benchmarks_with_measures)
{
	json_t *document, *measure;
	char *text;

	made_varying(&runs.new, made_site(&runs.new, "main a", 1, "futex", 0, 7), 7, 14);
	text = show(view_check_bencher);
	document = json_loads(text, 0, NULL);
	measure = json_object_get(json_object_get(document, "futex calls"), "calls");
	cr_expect_eq(json_integer_value(json_object_get(measure, "value")), 7);
	cr_expect_eq(json_integer_value(json_object_get(measure, "lower_value")), 7);
	cr_expect_eq(json_integer_value(json_object_get(measure, "upper_value")), 14);
	json_decref(document);
	free(text);
}
