// SPDX-License-Identifier: MIT
/*
 * One line on stderr. The line is made whole first and written in one piece, so it does not mix
 * with what the profiled program prints.
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
