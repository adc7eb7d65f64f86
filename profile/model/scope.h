/* SPDX-License-Identifier: MIT */
/*
 * Reduces a profile to a part: to the calls in some regions, or to the part of the stacks from one
 * function, such as main, inwards. So a report can show the work of a program without that of the
 * loader and of the C library's start-up code. Then profiles from machines that start programs
 * differently can be compared.
 */
#ifndef SCPROF_PROFILE_MODEL_SCOPE_H
#define SCPROF_PROFILE_MODEL_SCOPE_H

#include "profile/model/profile.h"

/*
 * Facts that scope_apply() sets: the function as the user gave it, and how many calls were removed.
 */
#define SCOPE_FACT	    "scope"
#define SCOPE_LEFT_OUT_FACT "scope_left_out"

/*
 * Keeps only the samples and varying sites with the function @from in their stack. Then cuts these
 * stacks so that they begin with this function, at its outermost occurrence. @from is a function's
 * name (of a C++ function with or without its parameters) or "/REGEX" (profile/util/pattern.h),
 * which must match a part of the name. An inlined function counts too, but the functions of the
 * same frame that call it stay.
 *
 * Returns 0. Returns -ENOENT if no stack has such a function, and -EINVAL if the regular expression
 * is invalid or exceeds a limit. Then @profile is unchanged, and *@error is a text without prefix,
 * which the caller frees.
 */
int scope_apply(struct profile *profile, const char *from, char **error);

/* The fact that scope_apply_region() sets: the regular expression. */
#define SCOPE_REGION_FACT "scope_region"

/*
 * Keeps only the calls in regions whose label ("load/parse"; "" outside of all regions) @regex
 * matches somewhere. Sets SCOPE_LEFT_OUT_FACT to the number of calls that this function and an
 * earlier scope_apply() removed. Returns as scope_apply() does.
 */
int scope_apply_region(struct profile *profile, const char *regex, char **error);

/*
 * Removes all calls. The two functions above would return an error instead. A caller that compares
 * two profiles needs this if only the other profile has calls of that part. @fact is SCOPE_FACT or
 * SCOPE_REGION_FACT, and is set to @value.
 */
void scope_apply_none(struct profile *profile, const char *fact, const char *value);

#endif
