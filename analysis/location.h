/* SPDX-License-Identifier: MIT */
/*
 * Where in the program a frame is, as a report names it. A location is made of string ids of its
 * profile, so that equal locations are equal in memory; what a view does not tell apart is 0.
 */
#ifndef SCPROF_ANALYSIS_LOCATION_H
#define SCPROF_ANALYSIS_LOCATION_H

#include "profile/model/profile.h"

struct location {
	uint64_t address;  /* only without a function: in the module, or a FRAME_ number */
	uint32_t function; /* string id, or 0 */
	uint32_t file;	   /* string id of the source file, or 0 */
	uint32_t line;	   /* or 0 */
	uint32_t module;   /* string id of the file that is mapped; 0 for a pseudo-frame */
};

/* How a location's name is written. */
enum location_form {
	LOCATION_FULL,
	LOCATION_SHORT, /* source files without their directories */
};

/* Returns how many locations @frame stands for: 1, or the number of its inlined functions. */
uint32_t location_count(const struct profile *profile, uint32_t frame);

/* Returns the @nth location of @frame; 0 is the innermost. Frame 0 is "no stack". */
struct location location_of(const struct profile *profile, uint32_t frame, uint32_t nth);

/* Returns true if a symbol was found: the function is not just called `ls+0x1234` or `[anon]`. */
bool location_has_symbol(const struct profile *profile, const struct location *location);

/*
 * Each returns a text for the caller to free. location_function: `main`, else `ls+0x1234`, else
 * `[truncated]` or `[no stack]`; location_place: that and `(src/ls.c:12)` or, without a source
 * file, `[ls]`; location_line: `src/ls.c:12`, without a source file as location_place;
 * location_module: the mapped file's path.
 */
char *location_function(const struct profile *profile, const struct location *location);
char *location_place(const struct profile *profile, const struct location *location,
		     enum location_form form);
char *location_line(const struct profile *profile, const struct location *location,
		    enum location_form form);
char *location_module(const struct profile *profile, const struct location *location);

/*
 * Returns ` [ls]` or ` [vdso]`, what follows a function's name; empty when the name says it.
 */
char *location_module_note(const struct profile *profile, const struct location *location);

#endif
