/* SPDX-License-Identifier: MIT */
/*
 * Opens binaries and reads their symbol tables in advance, in a thread that runs only when a CPU is
 * idle. Nobody waits for this thread: if it has not read a binary in time, the caller reads it
 * itself.
 */
#ifndef SCPROF_PROFILE_SYMBOLS_BINARY_AHEAD_H
#define SCPROF_PROFILE_SYMBOLS_BINARY_AHEAD_H

#include <stdbool.h>

#include "profile/symbols/binary.h"

/*
 * Requests that the thread reads the binary at @path with @build_id (as for binary_open()). The
 * thread does not read large files, nor an unlimited number.
 */
void binary_ahead_ask(const char *path, const char *build_id);

/*
 * Returns the binary if the thread has read it, and NULL otherwise or the second time. The caller
 * closes it. For the C library, binary_use_symbols_only() has been called on it.
 */
struct binary *binary_ahead_take(const char *path, const char *build_id);

/*
 * Returns true if the names of the binary can be found quickly: it has been read (a small one is
 * read now), and its names are in symbol tables.
 */
bool binary_ahead_is_quick(const char *path, const char *build_id);

#endif
