/* SPDX-License-Identifier: MIT */
/*
 * Writing all of a buffer to a descriptor.
 */
#ifndef SCPROF_PROFILE_UTIL_WRITE_ALL_H
#define SCPROF_PROFILE_UTIL_WRITE_ALL_H

#include <stddef.h>

/* Returns 0, or -errno of the write that failed; signals do not end it. */
int write_all(int fd, const void *data, size_t size);

#endif
