// SPDX-License-Identifier: MIT
/*
 * The result of a check as Markdown, for the summary of a job or a comment. It is cut before it
 * becomes too long for that, with a count of what is missing.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/view/markdown.h"
#include "cli/view/view_check.h"
#include "profile/util/xalloc.h"

static char *row_text(const struct check_view *view, const struct verdict *verdict)
{
	const struct budget_rule *rule = &view->judgement->budget->rules[verdict->rule];
	char *place = check_place_text(view, verdict), *figures = check_figures_text(verdict);
	char *callers = check_callers_text(view, verdict);
	char *code = markdown_code(place), *via = markdown_code(callers);
	char *name = markdown_text(rule->name);
	char *row = xasprintf("| %s | %s%s%s | %s | %s |\n", budget_level_names[rule->level], code,
			      *via ? "<br>" : "", via, figures, name);

	free(place);
	free(figures);
	free(callers);
	free(code);
	free(via);
	free(name);
	return row;
}

static void print_verdicts(const struct check_view *view)
{
	const struct judgement *judgement = view->judgement;
	size_t size = 0;

	fputs("| level | where | calls | rule |\n|---|---|---|---|\n", view->out);
	for (uint32_t i = 0; i < judgement->nr; i++) {
		char *row = row_text(view, &judgement->verdicts[i]);

		size += strlen(row);
		if (size > MARKDOWN_MAX_SIZE) {
			free(row);
			fprintf(view->out, "\nand %" PRIu32 " more.\n", judgement->nr - i);
			break;
		}
		fputs(row, view->out);
		free(row);
	}
}

static void print_note(const struct check_view *view, const char *subject, const char *note)
{
	char *name = markdown_text(subject), *text = markdown_text(note);

	fprintf(view->out, "- %s%s%s\n", name, *name ? ": " : "", text);
	free(name);
	free(text);
}

void view_check_markdown(const struct check_view *view)
{
	const struct judgement *judgement = view->judgement;
	char *summary = check_summary_text(view);
	char *text = markdown_text(summary);
	char *gain;

	fprintf(view->out, "**scprof check %s**\n\n", text);
	if (judgement->nr)
		print_verdicts(view);
	fputc('\n', view->out);
	for (uint32_t i = 0; i < judgement->budget->nr_rules; i++) {
		char *note = check_rule_note(view, i);

		if (note)
			print_note(view, judgement->budget->rules[i].name, note);
		free(note);
	}
	for (uint32_t i = 0; (gain = check_gain_text(view, i)); i++) {
		print_note(view, "", gain);
		free(gain);
	}
	for (char *const *note = view->notes; note && *note; note++)
		print_note(view, "", *note);
	free(summary);
	free(text);
}
