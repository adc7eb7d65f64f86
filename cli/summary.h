/* SPDX-License-Identifier: MIT */
/*
 * What `scprof run` shows of a fresh profile: the greatest rows of report's default view,
 * without its header.
 */
#ifndef SCPROF_CLI_SUMMARY_H
#define SCPROF_CLI_SUMMARY_H

#include <stdio.h>

#include "profile/profile.h"

/*
 * Prints the @nr_rows greatest rows of report's default view (by site, by time) to @stream, as
 * wide and as coloured as it allows; a last line says how many rows are left out.
 */
void summary_print_top(const struct profile *profile, FILE *stream, unsigned int nr_rows);

#endif
