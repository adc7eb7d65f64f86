/* SPDX-License-Identifier: MIT */
/*
 * Prints a message of scprof: one line on stderr that starts with `scprof: `. Escapes control
 * characters in the arguments, so that a hostile file name cannot control the terminal.
 */
#ifndef SCPROF_CLI_TERM_MESSAGE_H
#define SCPROF_CLI_TERM_MESSAGE_H

void message_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
