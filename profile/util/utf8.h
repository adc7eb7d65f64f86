/* SPDX-License-Identifier: MIT */
/*
 * protobuf's strings are UTF-8 (proto3 language guide, "Scalar Value Types"), and decoders refuse
 * a file with others; paths, command lines and thread names (cut at 15 bytes) are any bytes.
 */
#ifndef SCPROF_PROFILE_UTIL_UTF8_H
#define SCPROF_PROFILE_UTIL_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Returns how many of the @size bytes of @text are valid UTF-8, counted from the front. */
size_t utf8_valid_size(const char *text, size_t size);

/*
 * Returns a copy of @text (@size bytes, no NUL) in which U+FFFD stands for each byte that is not
 * part of valid UTF-8. The caller frees it.
 */
char *utf8_clean(const char *text, size_t size);

#endif
