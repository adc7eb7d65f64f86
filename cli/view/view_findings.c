// SPDX-License-Identifier: MIT
/*
 * Findings as text: the severity, the sentence, and below it the advice, in lines that fit the
 * terminal. A word that is longer than a line, such as a path, is not split.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/view/view.h"
#include "profile/util/format.h"
#include "profile/util/text.h"
#include "profile/util/xalloc.h"

#define INDENT	   9 /* columns; equals that of the labels of the header */
#define LEAST_ROOM 24

/* Prints @text in lines. The cursor is at column INDENT already. */
static void print_wrapped(const struct view *view, const char *text)
{
	unsigned int width = view->terminal.width;
	unsigned int room = width >= INDENT + LEAST_ROOM ? width - INDENT
			    : width			 ? LEAST_ROOM
							 : UINT32_MAX;
	unsigned int column = 0;

	while (*text) {
		size_t length = strcspn(text, " ");
		char *word = xasprintf("%.*s", (int)length, text);
		unsigned int word_width = text_width(word);

		if (column && column + 1 + word_width > room) {
			fprintf(view->out, "\n%*s", INDENT, "");
			column = 0;
		}
		fprintf(view->out, "%s%s", column ? " " : "", word);
		column += (column ? 1 : 0) + word_width;
		free(word);
		text += length;
		text += strspn(text, " ");
	}
	fputc('\n', view->out);
}

static void print_finding(const struct view *view, const struct finding *finding)
{
	const struct terminal *terminal = &view->terminal;
	enum style style = finding->severity == FINDING_HIGH ? STYLE_BAD : STYLE_BOLD;
	char *text = text_escape(finding->text);

	fprintf(view->out, "%s%-*s%s", terminal_style(terminal, style), INDENT,
		finding_severity_name(finding->severity), terminal_style(terminal, STYLE_PLAIN));
	print_wrapped(view, text);
	fprintf(view->out, "%*s", INDENT, "");
	print_wrapped(view, finding->advice);
	free(text);
}

static void print_findings(const struct view *view, unsigned int limit)
{
	const struct findings *findings = view->findings;
	uint32_t nr_shown;

	fprintf(view->out, "%sfindings%s%s\n", terminal_style(&view->terminal, STYLE_BOLD),
		terminal_style(&view->terminal, STYLE_PLAIN), findings->nr ? "" : " none");
	nr_shown = limit && limit < findings->nr ? limit : findings->nr;
	for (uint32_t i = 0; i < nr_shown; i++)
		print_finding(view, &findings->list[i]);
	if (nr_shown < findings->nr)
		fprintf(view->out, "and %" PRIu32 " more: --format json shows all\n",
			findings->nr - nr_shown);
}

void view_findings(const struct view *view, unsigned int limit)
{
	if (!view->findings)
		return;
	fputc('\n', view->out);
	print_findings(view, limit);
}

void view_findings_first(const struct view *view, unsigned int limit)
{
	if (!view->findings)
		return;
	print_findings(view, limit);
	fputc('\n', view->out);
}
