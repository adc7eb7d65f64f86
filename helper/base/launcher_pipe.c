/* SPDX-License-Identifier: MIT */
/*
 * Lines to the launcher.
 */
#include "helper/base/launcher_pipe.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "profile/util/xalloc.h"
#include "scprof/handshake.h"

void launcher_pipe_line(const char *kind, const char *format, ...)
{
	char *text = NULL;
	char *line;
	va_list args;
	ssize_t written;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	if (!text)
		return;
	line = xasprintf("%s %s", kind, text);
	free(text);
	do {
		written = write(SCPROF_REPORT_FD, line, strlen(line) + 1);
	} while (written < 0 && errno == EINTR);
	free(line);
}

void launcher_pipe_last(const char *kind, const char *text)
{
	launcher_pipe_line(kind, "%s", text);
	/* Keeps the descriptor's number in use, so that no other file gets it. */
	if (dup2(STDOUT_FILENO, SCPROF_REPORT_FD) < 0)
		close(SCPROF_REPORT_FD);
}

void launcher_pipe_signal(int signal, pid_t sender)
{
	struct pollfd pipe = { .fd = SCPROF_REPORT_FD, .events = POLLOUT };
	char line[64];
	int length = snprintf(line, sizeof(line), "signal %d %d", signal, (int)sender);

	if (poll(&pipe, 1, 0) == 1 && pipe.revents == POLLOUT &&
	    write(SCPROF_REPORT_FD, line, (size_t)length + 1) < 0)
		return;
}
