/* SPDX-License-Identifier: MIT */
/*
 * What scprof says about itself: one line on stderr that starts with `scprof: `. Control characters
 * in the arguments are shown escaped, so a hostile file name cannot drive the terminal.
 */
#ifndef SCPROF_CLI_TERM_MESSAGE_H
#define SCPROF_CLI_TERM_MESSAGE_H

void message_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
