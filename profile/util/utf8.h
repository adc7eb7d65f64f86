/* SPDX-License-Identifier: MIT */
/*
 * Makes bytes valid UTF-8. Paths, command lines and thread names (cut at 15 bytes) can contain any
 * bytes. But strings of protobuf must be UTF-8 (proto3 language guide, "Scalar Value Types"):
 * decoders refuse a file with other strings.
 */
#ifndef SCPROF_PROFILE_UTIL_UTF8_H
#define SCPROF_PROFILE_UTIL_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Returns how many bytes at the start of @text (@size bytes) are valid UTF-8. */
size_t utf8_valid_size(const char *text, size_t size);

/*
 * Returns a copy of @text (@size bytes, no NUL), in which U+FFFD replaces each byte that is not
 * part of valid UTF-8. The caller frees it.
 */
char *utf8_clean(const char *text, size_t size);

#endif
