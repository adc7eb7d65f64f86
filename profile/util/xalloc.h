/* SPDX-License-Identifier: MIT */
/*
 * Allocation that cannot fail: out of memory ends the program with one line on stderr and exit
 * status 3. For helper and cli only; nothing of this runs inside the profiled program.
 */
#ifndef SCPROF_PROFILE_UTIL_XALLOC_H
#define SCPROF_PROFILE_UTIL_XALLOC_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* What the functions below do when there is no memory. */
void xalloc_fail(void) __attribute__((noreturn));

void *xmalloc(size_t size);
void *xcalloc(size_t nr, size_t size);
/* Grows or shrinks @ptr to @nr elements of @size bytes; overflow counts as out of memory. */
void *xreallocarray(void *ptr, size_t nr, size_t size);
/*
 * Makes room in an array for one more element after @nr: returns @ptr, or the array moved and
 * *@capacity (in elements of @size bytes) at least doubled.
 */
void *xgrow(void *ptr, uint32_t nr, uint32_t *capacity, size_t size);
char *xstrdup(const char *string);
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *xvasprintf(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

#endif
