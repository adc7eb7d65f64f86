/* SPDX-License-Identifier: MIT */
/*
 * Checks that scprof may make the system calls it needs. The seccomp filter of a container or
 * sandbox can deny a call or a ptrace request. If the helper noticed that only while the program
 * runs, the program would hang or die. So the helper tries all of them before the program starts.
 */
#ifndef SCPROF_HELPER_TRACE_PREFLIGHT_H
#define SCPROF_HELPER_TRACE_PREFLIGHT_H

/*
 * Returns 0 if no call is denied. Otherwise returns -errno, and *@text is one line that names the
 * denied call; the caller frees it. The tried calls have no effect.
 */
int preflight_check(char **text);

#endif
