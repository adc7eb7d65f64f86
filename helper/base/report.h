/* SPDX-License-Identifier: MIT */
/*
 * Lines to the launcher (scprof/handshake.h says which), through a pipe; without one they go
 * nowhere.
 */
#ifndef SCPROF_HELPER_BASE_REPORT_H
#define SCPROF_HELPER_BASE_REPORT_H

#include <sys/types.h>

/* Sends "@kind text"; the text may have newlines. */
void report_line(const char *kind, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Sends "@kind @text" as the last line: nothing that is sent from now on arrives. */
void report_last(const char *kind, const char *text);

/*
 * Sends "signal @signal @sender", unless the launcher has not read for so long that it would block.
 */
void report_signal(int signal, pid_t sender);

#endif
