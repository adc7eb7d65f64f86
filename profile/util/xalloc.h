/* SPDX-License-Identifier: MIT */
/*
 * Memory allocation that cannot fail: if there is no memory, the program prints a line to stderr
 * and exits with status 3. For helper/ and cli/ only, never for code inside the profiled program.
 */
#ifndef SCPROF_PROFILE_UTIL_XALLOC_H
#define SCPROF_PROFILE_UTIL_XALLOC_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* Ends the program for lack of memory, as the functions below do. */
void xalloc_fail(void) __attribute__((noreturn));

void *xmalloc(size_t size);
void *xcalloc(size_t nr, size_t size);
/* Grows or shrinks @ptr to @nr elements of @size bytes. An overflow counts as lack of memory. */
void *xreallocarray(void *ptr, size_t nr, size_t size);
/*
 * Makes room for one more element in an array with @nr elements of @size bytes. Returns @ptr, or
 * the moved array; then *@capacity, in elements, has at least doubled.
 */
void *xgrow(void *ptr, uint32_t nr, uint32_t *capacity, size_t size);
char *xstrdup(const char *string);
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *xvasprintf(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

#endif
