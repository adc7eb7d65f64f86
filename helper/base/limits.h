/* SPDX-License-Identifier: MIT */
/*
 * Resource limits: the helper inherits the program's, and when it runs into one the program dies
 * with it.
 */
#ifndef SCPROF_HELPER_BASE_LIMITS_H
#define SCPROF_HELPER_BASE_LIMITS_H

/* Raises the soft limits to the hard ones. Tells the launcher of one that may end the helper. */
void limits_raise(void);

/*
 * Checks that the hard limits leave the helper what it needs for a small program. Returns 0, or
 * -EPERM and in *@text why not, which the caller frees.
 */
int limits_check(char **text);

#endif
