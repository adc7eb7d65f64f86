/* SPDX-License-Identifier: MIT */
/*
 * Reads a number from a small file of /proc, such as /proc/PID/status.
 */
#ifndef SCPROF_PROFILE_UTIL_PROC_NUMBER_H
#define SCPROF_PROFILE_UTIL_PROC_NUMBER_H

#include <sys/types.h>

/*
 * Returns the decimal number after @key in the first line that starts with @key. Returns -1 if the
 * file cannot be read, or has no such line. With the key "", it is the number of the first line.
 */
int proc_number(const char *path, const char *key);
/* The same for /proc/PID/status. */
int proc_status_number(pid_t pid, const char *key);

#endif
