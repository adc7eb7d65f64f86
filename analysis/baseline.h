/* SPDX-License-Identifier: MIT */
/*
 * A baseline: the call sites of a run as text that people review and git stores. It is YAML with
 * one block for each site, sorted by name. It contains no addresses, lines or times, nor anything
 * else that changes when the program is rebuilt or code moves. doc/ci.md describes the format.
 */
#ifndef SCPROF_ANALYSIS_BASELINE_H
#define SCPROF_ANALYSIS_BASELINE_H

#include <stdio.h>

#include "analysis/call_sites.h"

#define BASELINE_KEY	  "scprof-baseline"
#define BASELINE_VERSION  1
#define BASELINE_MAX_SIZE (16u << 20) /* bytes; a larger file is refused */

/*
 * Prints @sites as a baseline. Source files are named relative to the directory @root (or NULL). A
 * file outside of it is named without its directory.
 */
void baseline_write(const struct call_sites *sites, const char *root, FILE *out);

/*
 * Reads the baseline @path and initialises @sites; the caller calls call_sites_fini() later.
 * Returns 0. On an error returns -errno; then *@error is a line without prefix, which the caller
 * frees, and @sites holds nothing.
 */
int baseline_read(struct call_sites *sites, struct call_names *names, const char *path,
		  char **error);
/* The same for @text (@size bytes); messages use @path. */
int baseline_parse(struct call_sites *sites, struct call_names *names, const char *path,
		   const char *text, size_t size, char **error);

#endif
