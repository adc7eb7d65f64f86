/* SPDX-License-Identifier: MIT */
/*
 * Opens binaries and reads their symbol tables while the caller has other things to do, in a thread
 * of its own that takes only time which nobody else wants. Nobody waits for it: what it has not
 * read when it is wanted, the caller reads.
 */
#ifndef SCPROF_PROFILE_SYMBOLS_BINARY_AHEAD_H
#define SCPROF_PROFILE_SYMBOLS_BINARY_AHEAD_H

#include <stdbool.h>

#include "profile/symbols/binary.h"

/*
 * Asks for the binary at @path with @build_id, as for binary_open; large or many ones are not read
 * ahead.
 */
void binary_ahead_ask(const char *path, const char *build_id);

/*
 * Returns the binary if it was asked for and has been read, once, or NULL. The caller closes it.
 * binary_use_symbols_only has been called for the C library's.
 */
struct binary *binary_ahead_take(const char *path, const char *build_id);

/*
 * Whether the binary has been read, or is small enough to be read now, and its names are in symbol
 * tables, which are quick to ask.
 */
bool binary_ahead_is_quick(const char *path, const char *build_id);

#endif
