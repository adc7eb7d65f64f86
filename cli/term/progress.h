/* SPDX-License-Identifier: MIT */
/*
 * Shows what scprof is doing if it takes longer than a second: one line on stderr, if that is a
 * terminal. The line disappears when the step ends. There is one step at a time, and one thread
 * begins and ends all steps.
 */
#ifndef SCPROF_CLI_TERM_PROGRESS_H
#define SCPROF_CLI_TERM_PROGRESS_H

#include <stdint.h>

/*
 * Begins a step, and ends the previous one, if any. The text says what is done, such as "reading
 * x".
 */
void progress_begin(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Sets the progress: @done of @total parts. If both are 0, no numbers are shown. Any thread may
 * call this.
 */
void progress_count(uint64_t done, uint64_t total);

/* Ends the step. Does nothing if there is none. */
void progress_end(void);

/* Removes the line before other output. It appears again while the step continues. */
void progress_hide(void);

#endif
