/* SPDX-License-Identifier: MIT */
/*
 * Resource limits. The helper inherits the limits of the program. If the helper exceeds one, it
 * dies, and the program with it.
 */
#ifndef SCPROF_HELPER_BASE_LIMITS_H
#define SCPROF_HELPER_BASE_LIMITS_H

/*
 * Raises the soft limits to the hard ones. If there is a limit of CPU time, which may end the
 * helper, it sends the launcher a note.
 */
void limits_raise(void);

/*
 * Checks that the hard limits allow what the helper needs for a small program. Returns 0 if they
 * do. Otherwise returns -EPERM and stores the reason in *@text, which the caller frees.
 */
int limits_check(char **text);

#endif
