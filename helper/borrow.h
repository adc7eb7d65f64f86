/* SPDX-License-Identifier: MIT */
/*
 * A program's open files, for the helper to ask the kernel about.
 */
#ifndef SCPROF_HELPER_BORROW_H
#define SCPROF_HELPER_BORROW_H

#include "helper/tracee.h"

/*
 * Returns a descriptor of the helper's own for @fd of @tracee's process, which the caller closes at once. Returns -1
 * where there is none, or where the kernel does not permit it (before Linux 5.6).
 */
int borrow_fd(const struct tracee *tracee, int fd);

#endif
