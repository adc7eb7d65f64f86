/* SPDX-License-Identifier: MIT */
/*
 * What scprof is doing, when that takes longer than a second: one line on stderr, if that is a
 * terminal, which is gone when the step ends. One step at a time, begun and ended by one thread.
 */
#ifndef SCPROF_CLI_TERM_PROGRESS_H
#define SCPROF_CLI_TERM_PROGRESS_H

#include <stdint.h>

/* Begins a step; ends the one before, if there is one. The text says what is done: "reading x". */
void progress_begin(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The step has done @done parts of @total; 0 of 0 shows none. Any thread may call it. */
void progress_count(uint64_t done, uint64_t total);

/* Ends the step; no step is fine. */
void progress_end(void);

/* Takes the line away before something else is printed; it comes back while the step lasts. */
void progress_hide(void);

#endif
