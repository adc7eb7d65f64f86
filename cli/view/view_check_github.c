// SPDX-License-Identifier: MIT
/*
 * The result of a check as workflow commands of GitHub Actions, which shows them at the lines of a
 * change. GitHub keeps ten errors and ten warnings of a step. So no more are printed, and the last
 * one says how many there are.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/view/view_check.h"
#include "cli/view/view_diff.h"
#include "profile/util/text.h"
#include "profile/util/xalloc.h"

#define MAX_ANNOTATIONS 10
#define MAX_FOLLOWERS	12

/*
 * The runner decodes %25, %0D and %0A in messages, and also %3A and %2C in properties. Control
 * characters have been escaped before, so no line break remains.
 */
static void print_encoded(FILE *out, const char *raw, bool is_property)
{
	char *text = text_escape(raw);

	for (const char *at = text; *at; at++) {
		if (*at == '%' || (is_property && (*at == ':' || *at == ',')))
			fprintf(out, "%%%02X", (unsigned int)*at);
		else
			fputc(*at, out);
	}
	free(text);
}

/* Prints the other verdicts with the same cause. */
static void print_followers(const struct check_view *view, const struct verdict *leader)
{
	const struct judgement *judgement = view->judgement;
	uint32_t nr = 0;

	for (uint32_t i = 0; i < judgement->nr && nr < MAX_FOLLOWERS; i++) {
		const struct verdict *verdict = &judgement->verdicts[i];
		char *text;

		if (verdict == leader || verdict->leader != leader->leader)
			continue;
		nr++;
		text = check_verdict_text(view, verdict);
		fputs("%0Aand ", view->out);
		print_encoded(view->out, text, false);
		free(text);
	}
}

static void print_command(const struct check_view *view, const struct verdict *verdict,
			  const char *command, uint32_t nr_more)
{
	char *file = diff_file_text(view->judgement->new, verdict->site, view->root);
	char *text = check_verdict_text(view, verdict);
	char *callers = check_callers_text(view, verdict);

	fprintf(view->out, "::%s ", command);
	if (file && *file != '/') {
		fputs("file=", view->out);
		print_encoded(view->out, file, true);
		if (verdict->site->key.line)
			fprintf(view->out, ",line=%" PRIu32, verdict->site->key.line);
		fputc(',', view->out);
	}
	fputs("title=System calls::", view->out);
	print_encoded(view->out, text, false);
	if (*callers) {
		fputs("%0A", view->out);
		print_encoded(view->out, callers, false);
	}
	print_followers(view, verdict);
	if (nr_more)
		fprintf(view->out, "%%0Aand %" PRIu32 " more", nr_more);
	fputc('\n', view->out);
	free(file);
	free(text);
	free(callers);
}

static void print_level(const struct check_view *view, enum budget_level level, const char *command,
			uint32_t nr_all)
{
	const struct judgement *judgement = view->judgement;
	uint32_t nr = 0;

	for (uint32_t i = 0; i < judgement->nr && nr < MAX_ANNOTATIONS; i++) {
		const struct verdict *verdict = &judgement->verdicts[i];

		if (judgement->budget->rules[verdict->rule].level != level || verdict->leader != i)
			continue;
		nr++;
		print_command(view, verdict, command,
			      nr == MAX_ANNOTATIONS ? nr_all - MAX_ANNOTATIONS : 0);
	}
}

/* Prints one notice with all lines about sites that make fewer calls. */
static void print_gains(const struct check_view *view)
{
	char *gain;

	for (uint32_t i = 0; (gain = check_gain_text(view, i)); i++) {
		fputs(i ? "%0A" : "::notice title=System calls::", view->out);
		print_encoded(view->out, gain, false);
		free(gain);
	}
	if (judgement_has_fewer(view->judgement))
		fputc('\n', view->out);
}

void view_check_github(const struct check_view *view)
{
	print_level(view, BUDGET_ERROR, "error", view->judgement->nr_errors);
	print_level(view, BUDGET_WARN, "warning", view->judgement->nr_warnings);
	print_gains(view);
}
