/* SPDX-License-Identifier: MIT */
/*
 * Lines to the launcher, through a pipe. scprof/handshake.h lists them. If there is no launcher,
 * they are lost.
 */
#ifndef SCPROF_HELPER_BASE_REPORT_H
#define SCPROF_HELPER_BASE_REPORT_H

#include <sys/types.h>

/* Sends "@kind text". The text may contain newlines. */
void report_line(const char *kind, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Sends "@kind @text" as the last line. Later lines are lost. */
void report_last(const char *kind, const char *text);

/*
 * Sends "signal @signal @sender". If the pipe is full because the launcher does not read, the line
 * is lost.
 */
void report_signal(int signal, pid_t sender);

#endif
