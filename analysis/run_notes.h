/* SPDX-License-Identifier: MIT */
/*
 * What a reader must know before the calls of two runs are compared: where the runs were made
 * differently, and where one of them is not whole.
 */
#ifndef SCPROF_ANALYSIS_RUN_NOTES_H
#define SCPROF_ANALYSIS_RUN_NOTES_H

#include "analysis/call_sites.h"

/*
 * Returns a line that says how @fact differs between the two runs, for the caller to free. Returns
 * NULL if it is the same, or one of the runs does not say it.
 */
char *run_note(const struct call_sites *base, const struct call_sites *new, enum run_fact fact);

/*
 * Returns the notes on comparing @new with @base, a line each, with NULL after the last. The caller
 * frees them with run_notes_free. @base may be NULL: then the notes are about @new alone. Unless
 * @has_command, runs of different commands get no note.
 */
char **run_notes(const struct call_sites *base, const struct call_sites *new, bool has_command);
/* NULL is fine. */
void run_notes_free(char **notes);

#endif
