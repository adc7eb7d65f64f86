/* SPDX-License-Identifier: MIT */
/*
 * A run's call sites as text that people review and git stores: YAML, one block a site, sorted by
 * name, without addresses, lines, times or anything else that a rebuild or moved code would change.
 * doc/ci.md describes the format.
 */
#ifndef SCPROF_ANALYSIS_BASELINE_H
#define SCPROF_ANALYSIS_BASELINE_H

#include <stdio.h>

#include "analysis/call_sites.h"

#define BASELINE_KEY	  "scprof-baseline"
#define BASELINE_VERSION  1
#define BASELINE_MAX_SIZE (16u << 20) /* bytes: more are not read */

/*
 * Prints @sites as a baseline. @root (or NULL) is the directory that source files are named
 * relative to; a file outside of it is named without its directory.
 */
void baseline_write(const struct call_sites *sites, const char *root, FILE *out);

/*
 * Reads the baseline @path into @sites, which the caller ends. Returns 0; or -errno and *@error is
 * one line without prefix, for the caller to free, and @sites holds nothing.
 */
int baseline_read(struct call_sites *sites, struct call_names *names, const char *path,
		  char **error);
/* The same from @size bytes of @text; @path is for messages. */
int baseline_parse(struct call_sites *sites, struct call_names *names, const char *path,
		   const char *text, size_t size, char **error);

#endif
