/* SPDX-License-Identifier: MIT */
/*
 * Writes a whole buffer to a descriptor.
 */
#ifndef SCPROF_PROFILE_UTIL_WRITE_ALL_H
#define SCPROF_PROFILE_UTIL_WRITE_ALL_H

#include <stddef.h>

/* Writes @size bytes of @data. Continues after partial writes and EINTR. Returns 0 or -errno. */
int write_all(int fd, const void *data, size_t size);

#endif
