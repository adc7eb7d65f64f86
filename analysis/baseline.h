/* SPDX-License-Identifier: MIT */
/*
 * A baseline: the call sites of a run as text that people review and git stores. It is YAML with
 * one line for each site, sorted by name. It contains no addresses, lines or times, nor anything
 * else that changes when the program is rebuilt or code moves. All sites of the dynamic loader
 * share one line, and so do all sites of a language runtime. doc/ci.md describes the format.
 *
 * Version 1 had several lines for each site, and did not say which calls an allocator or a runtime
 * makes. scprof still reads version 1.
 */
#ifndef SCPROF_ANALYSIS_BASELINE_H
#define SCPROF_ANALYSIS_BASELINE_H

#include <stdio.h>

#include "analysis/call_sites.h"

#define BASELINE_KEY	  "scprof-baseline"
#define BASELINE_VERSION  2
#define BASELINE_MAX_SIZE (16u << 20) /* bytes; a larger file is refused */

/*
 * Prints @sites as a baseline. Source files are named relative to the directory @root (or NULL). A
 * file outside of it is named without its directory.
 */
void baseline_write(const struct call_sites *sites, const char *root, FILE *out);

/*
 * Returns the first line from @at on that `scprof check` judges site by site, or the end of the
 * text. @at is the start of the text or a line feed. Lines of the kinds allocator and runtime,
 * lines of calls that wait, and facts such as the build id are skipped.
 */
const char *baseline_judged_line(const char *at);
/* Returns true if the lines at @a and @b are the same. */
bool baseline_same_line(const char *a, const char *b);

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
