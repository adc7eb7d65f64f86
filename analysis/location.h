/* SPDX-License-Identifier: MIT */
/*
 * The place of a frame in the program, as reports show it. It consists of string ids of the
 * profile, so equal locations are equal in memory. A member that a view does not distinguish is 0.
 */
#ifndef SCPROF_ANALYSIS_LOCATION_H
#define SCPROF_ANALYSIS_LOCATION_H

#include "profile/model/profile.h"

struct location {
	uint64_t address;  /* only without a function: address in the module, or a FRAME_ number */
	uint32_t function; /* string id, or 0 */
	uint32_t file;	   /* string id of the source file, or 0 */
	uint32_t line;	   /* or 0 */
	uint32_t module;   /* string id of the mapped file; 0 for a pseudo-frame */
};

/* How a location's name is written. */
enum location_form {
	LOCATION_FULL,
	LOCATION_SHORT, /* source files without directories */
};

/* Returns the number of locations of @frame: 1, or the number of its inlined functions. */
uint32_t location_count(const struct profile *profile, uint32_t frame);

/* Returns the @nth location of @frame; 0 is the innermost. Frame 0 means "no stack". */
struct location location_of(const struct profile *profile, uint32_t frame, uint32_t nth);

/* Returns true if there is a symbol: the name is not just `ls+0x1234` or `[anon]`. */
bool location_has_symbol(const struct profile *profile, const struct location *location);

/*
 * Each of these returns a text, which the caller frees.
 *
 * location_function()  `main`, else `ls+0x1234`, else `[truncated]` or `[no stack]`
 * location_place()     the function and `(src/ls.c:12)`, or `[ls]` without a source file
 * location_line()      `src/ls.c:12`, or the same as location_place() without a source file
 * location_module()    the path of the mapped file
 */
char *location_function(const struct profile *profile, const struct location *location);
char *location_place(const struct profile *profile, const struct location *location,
		     enum location_form form);
char *location_line(const struct profile *profile, const struct location *location,
		    enum location_form form);
char *location_module(const struct profile *profile, const struct location *location);

/*
 * Returns ` [ls]` or ` [vdso]`, the text after a function's name; "" if the name already contains
 * the module.
 */
char *location_module_note(const struct profile *profile, const struct location *location);

#endif
