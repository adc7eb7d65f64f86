/* SPDX-License-Identifier: MIT */
/*
 * Borrows an open file of a program, so that the helper can ask the kernel about it.
 */
#ifndef SCPROF_HELPER_SPACE_BORROW_H
#define SCPROF_HELPER_SPACE_BORROW_H

#include "helper/space/tracee.h"

/*
 * Returns a descriptor of the helper for the file that @fd refers to in @tracee's process. The
 * caller must close it soon. Returns -1 if @fd is not open, or if the kernel does not permit this
 * (it cannot before Linux 5.6).
 */
int borrow_fd(const struct tracee *tracee, int fd);

#endif
