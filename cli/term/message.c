// SPDX-License-Identifier: MIT
/*
 * Prints one line on stderr. It is formatted first and written with one call, so that it is not
 * mixed with the output of the profiled program.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/term/message.h"
#include "cli/term/progress.h"
#include "cli/term/terminal.h"
#include "profile/util/text.h"
#include "profile/util/xalloc.h"

static bool is_ascii(const char *text)
{
	while (*text && !(*text & 0x80))
		text++;
	return !*text;
}

void message_print(const char *format, ...)
{
	va_list args;
	char *line = NULL;
	int length;

	va_start(args, format);
	length = vasprintf(&line, format, args);
	va_end(args);
	if (length < 0)
		return;
	/* The width of other characters depends on the locale. */
	if (!is_ascii(line))
		terminal_set_locale();
	char *escaped = text_escape(line);
	char *whole = xasprintf("scprof: %s\n", escaped);

	progress_hide();
	fputs(whole, stderr);
	fflush(stderr);
	free(whole);
	free(escaped);
	free(line);
}
