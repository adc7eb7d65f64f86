// SPDX-License-Identifier: MIT
/*
 * The result of a check as text: a line for each broken limit, with the callers below it, and a
 * summary as the last line.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "cli/view/view_check.h"
#include "profile/util/format.h"
#include "profile/util/text.h"
#include "profile/util/xalloc.h"

#define MAX_FOLLOWERS 12 /* shown below the first verdict with their cause */
#define MAX_SHOWN     30 /* verdicts of each rule */

static void print_escaped(FILE *out, const char *before, char *taken, const char *after)
{
	char *text = text_escape(taken);

	fprintf(out, "%s%s%s", before, text, after);
	free(text);
	free(taken);
}

static void print_verdict(const struct check_view *view, const struct verdict *verdict)
{
	const struct terminal *terminal = &view->terminal;
	const struct budget_rule *rule = &view->judgement->budget->rules[verdict->rule];
	char *callers = check_callers_text(view, verdict);
	bool is_error = rule->level == BUDGET_ERROR;

	fprintf(view->out, "%s%s%s ", terminal_style(terminal, is_error ? STYLE_BAD : STYLE_BOLD),
		is_error ? "error:" : "warning:", terminal_style(terminal, STYLE_PLAIN));
	print_escaped(view->out, "", check_verdict_text(view, verdict), "\n");
	if (*callers)
		print_escaped(view->out, "       ", callers, "\n");
	else
		free(callers);
}

/* Prints the other verdicts with the same cause. */
static void print_followers(const struct check_view *view, uint32_t leader)
{
	const struct judgement *judgement = view->judgement;
	uint32_t nr = 0;

	for (uint32_t i = 0; i < judgement->nr; i++) {
		const struct verdict *verdict = &judgement->verdicts[i];

		if (verdict->leader == leader && i != leader && nr++ < MAX_FOLLOWERS)
			print_escaped(view->out, "       and ", check_verdict_text(view, verdict),
				      "\n");
	}
	if (nr > MAX_FOLLOWERS)
		fprintf(view->out, "       and %" PRIu32 " more\n", nr - MAX_FOLLOWERS);
}

static void print_rule(const struct check_view *view, uint32_t rule)
{
	const struct judgement *judgement = view->judgement;
	const struct rule_outcome *outcome = &judgement->outcomes[rule];
	char *note = check_rule_note(view, rule);
	uint32_t nr = 0;

	if (!note && !outcome->nr_verdicts)
		return;
	print_escaped(view->out, "", check_rule_heading(view, rule), "\n");
	for (uint32_t i = 0; i < judgement->nr; i++) {
		const struct verdict *verdict = &judgement->verdicts[i];

		if (verdict->rule != rule || verdict->leader != i || nr++ >= MAX_SHOWN)
			continue;
		print_verdict(view, verdict);
		print_followers(view, i);
	}
	if (nr > MAX_SHOWN)
		fprintf(view->out, "and %" PRIu32 " more\n", nr - MAX_SHOWN);
	if (note)
		print_escaped(view->out, "note: ", note, "\n");
}

void view_check_text(const struct check_view *view)
{
	char *gain;

	for (uint32_t i = 0; i < view->judgement->budget->nr_rules; i++)
		print_rule(view, i);
	for (uint32_t i = 0; (gain = check_gain_text(view, i)); i++)
		print_escaped(view->out, "note: ", gain, "\n");
	print_escaped(view->out, "", check_summary_text(view), "\n");
}
