/* SPDX-License-Identifier: MIT */
/*
 * What a reader must know before comparing the calls of two runs: how the runs were made
 * differently, and if one of them is incomplete.
 */
#ifndef SCPROF_ANALYSIS_RUN_NOTES_H
#define SCPROF_ANALYSIS_RUN_NOTES_H

#include "analysis/call_sites.h"

/*
 * Returns a line that says how @fact differs between the two runs; the caller frees it. Returns
 * NULL if it is the same, or if one of the runs does not have it.
 */
char *run_note(const struct call_sites *base, const struct call_sites *new, enum run_fact fact);

/*
 * Returns a line that names the groups of environment variables that differ, and says that this may
 * be the reason why calls differ. The caller frees it. Returns NULL if no group differs, or if a
 * run has no record of its environment.
 */
char *run_environment_note(const struct call_sites *base, const struct call_sites *new);

/*
 * Returns the notes on comparing @new with @base: lines, with NULL after the last. The caller calls
 * run_notes_free(). If @base is NULL, the notes are about @new alone. A difference of the commands
 * is a note only if @has_command.
 */
char **run_notes(const struct call_sites *base, const struct call_sites *new, bool has_command);
/* @notes may be NULL. */
void run_notes_free(char **notes);

#endif
