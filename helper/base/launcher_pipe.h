/* SPDX-License-Identifier: MIT */
/*
 * Lines to the launcher, through a pipe. scprof/handshake.h lists them. If there is no launcher,
 * they are lost.
 */
#ifndef SCPROF_HELPER_BASE_LAUNCHER_PIPE_H
#define SCPROF_HELPER_BASE_LAUNCHER_PIPE_H

#include <sys/types.h>

/* Sends "@kind text". The text may contain newlines. */
void launcher_pipe_line(const char *kind, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Sends "@kind @text" as the last line. Later lines are lost. */
void launcher_pipe_last(const char *kind, const char *text);

/*
 * Sends "signal @signal @sender". If the pipe is full because the launcher does not read, the line
 * is lost.
 */
void launcher_pipe_signal(int signal, pid_t sender);

#endif
