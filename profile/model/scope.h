/* SPDX-License-Identifier: MIT */
/*
 * A part of a profile: what was done in some regions, or the stacks below one function, such as
 * main, without what stands above it.
 * So the work of a program is seen without that of the loader and of the C library's start-up, and
 * compares between machines that start programs in different ways.
 */
#ifndef SCPROF_PROFILE_MODEL_SCOPE_H
#define SCPROF_PROFILE_MODEL_SCOPE_H

#include "profile/model/profile.h"

/* Facts that scope_apply sets: the function as it was given, and how many calls are left out. */
#define SCOPE_FACT	    "scope"
#define SCOPE_LEFT_OUT_FACT "scope_left_out"

/*
 * Keeps of @profile the samples, and the varying sites, in whose stack a function is @from: the
 * stack begins there, at the outermost one if there are several. @from is a function's name (of a
 * C++ function with or without its parameters) or "/REGEX" (profile/util/pattern.h), which must
 * match some part of it. Inlined functions count, but their callers in the same frame stay.
 *
 * Returns 0; or -ENOENT when no stack has such a function, -EINVAL when the regular expression is
 * not one or meets a limit: then @profile is as it was and *@error is a text without prefix, which
 * the caller frees.
 */
int scope_apply(struct profile *profile, const char *from, char **error);

/* The fact that scope_apply_region sets: the regular expression. */
#define SCOPE_REGION_FACT "scope_region"

/*
 * Keeps of @profile what was done in a region whose label ("load/parse"; "" outside of all) matches
 * @regex somewhere. Sets SCOPE_LEFT_OUT_FACT to what is left out by this and by
 * scope_apply before. Returns as scope_apply does.
 */
int scope_apply_region(struct profile *profile, const char *regex, char **error);

/*
 * Keeps nothing, which the two above refuse to do: for the one of two profiles that has nothing of
 * what is looked at in both. @fact is SCOPE_FACT or SCOPE_REGION_FACT, and gets @value.
 */
void scope_apply_none(struct profile *profile, const char *fact, const char *value);

#endif
