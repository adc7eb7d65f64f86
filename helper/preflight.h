/* SPDX-License-Identifier: MIT */
/*
 * Which system calls scprof may not make here. A seccomp filter around it, a container's or a sandbox's, can
 * deny a call, or one of ptrace's requests, that is first needed when the program runs: then the program would
 * hang or die. So all are tried before it starts.
 */
#ifndef SCPROF_HELPER_PREFLIGHT_H
#define SCPROF_HELPER_PREFLIGHT_H

/*
 * Returns 0; or -errno when a call is denied, and in *@text one line that names it, which the caller
 * frees. Changes nothing.
 */
int preflight_check(char **text);

#endif
