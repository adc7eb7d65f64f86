/* SPDX-License-Identifier: MIT */
/*
 * Distinguishes calls that waited from calls that worked. A profile does not say whether a call
 * blocked. So the system call, the file that it used and its latency bucket decide. These calls
 * waited:
 *
 *  - calls of the class %wait, such as epoll_wait and futex, that took WAITING_LEAST_NS or longer;
 *  - recvfrom, recvmsg and recvmmsg, and, if the profile has files (run --fds), reads from pipes,
 *    sockets and terminals, that took WAITING_LEAST_NS plus 1 ns for each byte or longer.
 *
 * So in a profile without files, a read from a pipe counts as work.
 */
#ifndef SCPROF_ANALYSIS_WAITING_H
#define SCPROF_ANALYSIS_WAITING_H

#include "profile/model/profile.h"
#include "profile/syscall/syscall_set.h"

#define WAITING_LEAST_NS 10000 /* a call that takes less time did not wait */

struct waiting {
	const struct profile *profile;
	struct syscall_set calls;    /* %wait */
	struct syscall_set receives; /* recvfrom and its variants */
	struct syscall_set reads;
};

void waiting_init(struct waiting *waiting, const struct profile *profile);

/* Returns true if the calls of @sample, which is of the profile, waited. */
bool waiting_has(const struct waiting *waiting, const struct sample *sample);

#endif
