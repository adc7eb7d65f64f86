// SPDX-License-Identifier: MIT
/*
 * Prints one line on stderr. It is formatted first and written with one call, so that it is not
 * mixed with the output of the profiled program.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/term/message.h"
#include "cli/term/progress.h"
#include "profile/util/text.h"
#include "profile/util/xalloc.h"

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
	char *escaped = text_escape(line);
	char *whole = xasprintf("scprof: %s\n", escaped);

	progress_hide();
	fputs(whole, stderr);
	fflush(stderr);
	free(whole);
	free(escaped);
	free(line);
}
