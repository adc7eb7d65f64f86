// SPDX-License-Identifier: MIT
/*
 * The result of a check as a JUnit report: a suite with a case for each rule. It uses only elements
 * and attributes that the readers of both Jenkins and GitLab accept. A rule with level warn does
 * not fail its case; its results are in system-out.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/view/view_check.h"
#include "profile/util/text.h"
#include "profile/util/xalloc.h"

/* XML 1.0 cannot represent U+FFFE and U+FFFF. Control characters have been escaped already. */
static void print_xml(FILE *out, const char *raw)
{
	char *text = text_escape(raw);

	for (const char *at = text; *at; at++) {
		if (*at == '&')
			fputs("&amp;", out);
		else if (*at == '<')
			fputs("&lt;", out);
		else if (*at == '>')
			fputs("&gt;", out);
		else if (*at == '"')
			fputs("&quot;", out);
		else if (!strncmp(at, "\xef\xbf\xbe", 3) || !strncmp(at, "\xef\xbf\xbf", 3))
			at += 2;
		else
			fputc(*at, out);
	}
	free(text);
}

static void print_lines(const struct check_view *view, uint32_t rule)
{
	const struct judgement *judgement = view->judgement;

	for (uint32_t i = 0; i < judgement->nr; i++) {
		const struct verdict *verdict = &judgement->verdicts[i];
		char *text, *callers;

		if (verdict->rule != rule)
			continue;
		text = check_verdict_text(view, verdict);
		callers = check_callers_text(view, verdict);
		print_xml(view->out, text);
		fputc('\n', view->out);
		if (*callers) {
			fputs("    ", view->out);
			print_xml(view->out, callers);
			fputc('\n', view->out);
		}
		free(text);
		free(callers);
	}
}

static const struct verdict *first_verdict(const struct judgement *judgement, uint32_t rule)
{
	for (uint32_t i = 0; i < judgement->nr; i++) {
		if (judgement->verdicts[i].rule == rule)
			return &judgement->verdicts[i];
	}
	return NULL;
}

static void print_failure(const struct check_view *view, uint32_t rule)
{
	uint32_t nr = view->judgement->outcomes[rule].nr_verdicts;
	char *text = check_verdict_text(view, first_verdict(view->judgement, rule));

	fputs("      <failure type=\"budget\" message=\"", view->out);
	print_xml(view->out, text);
	if (nr > 1)
		fprintf(view->out, " and %" PRIu32 " more", nr - 1);
	fputs("\">", view->out);
	print_lines(view, rule);
	fputs("</failure>\n", view->out);
	free(text);
}

static void print_output(const struct check_view *view, uint32_t rule)
{
	char *note = check_rule_note(view, rule);
	bool is_warning = view->judgement->budget->rules[rule].level == BUDGET_WARN &&
			  view->judgement->outcomes[rule].nr_verdicts;

	if (note || is_warning) {
		fputs("      <system-out>", view->out);
		if (is_warning)
			print_lines(view, rule);
		if (note)
			print_xml(view->out, note);
		fputs("</system-out>\n", view->out);
	}
	free(note);
}

static void print_case(const struct check_view *view, uint32_t rule)
{
	const struct judgement *judgement = view->judgement;
	char *place = check_rule_place(view, rule);

	fputs("    <testcase name=\"", view->out);
	print_xml(view->out, judgement->budget->rules[rule].name);
	fputs("\" classname=\"scprof.", view->out);
	print_xml(view->out, place);
	fputs("\" time=\"0\">\n", view->out);
	if (!check_rule_is_judged(view, rule))
		fputs("      <skipped/>\n", view->out);
	else if (judgement->outcomes[rule].nr_verdicts &&
		 judgement->budget->rules[rule].level == BUDGET_ERROR)
		print_failure(view, rule);
	print_output(view, rule);
	fputs("    </testcase>\n", view->out);
	free(place);
}

void view_check_junit(const struct check_view *view)
{
	const struct judgement *judgement = view->judgement;
	uint32_t nr_failures = 0, nr_skipped = 0;

	for (uint32_t i = 0; i < judgement->budget->nr_rules; i++) {
		nr_skipped += !check_rule_is_judged(view, i);
		nr_failures += judgement->outcomes[i].nr_verdicts &&
			       judgement->budget->rules[i].level == BUDGET_ERROR;
	}
	fprintf(view->out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites tests=\"%" PRIu32 "\" failures=\"%" PRIu32 "\" errors=\"0\">\n"
		"  <testsuite name=\"scprof check\" tests=\"%" PRIu32 "\" failures=\"%" PRIu32
		"\" errors=\"0\" skipped=\"%" PRIu32 "\" time=\"0\">\n",
		judgement->budget->nr_rules, nr_failures, judgement->budget->nr_rules, nr_failures,
		nr_skipped);
	for (uint32_t i = 0; i < judgement->budget->nr_rules; i++)
		print_case(view, i);
	fputs("  </testsuite>\n</testsuites>\n", view->out);
}
