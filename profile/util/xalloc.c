// SPDX-License-Identifier: MIT
/*
 * Memory allocation that cannot fail. A request for 0 bytes returns a pointer that can be freed,
 * never NULL.
 */
#include "profile/util/xalloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXIT_STATUS_FAILURE 3

void xalloc_fail(void)
{
	static const char message[] = "scprof: out of memory\n";
	ssize_t written = write(STDERR_FILENO, message, sizeof(message) - 1);

	(void)written; /* there is nobody left to tell */
	exit(EXIT_STATUS_FAILURE);
}

void *xmalloc(size_t size)
{
	void *ptr = malloc(size ? size : 1);

	if (!ptr)
		xalloc_fail();
	return ptr;
}

void *xcalloc(size_t nr, size_t size)
{
	void *ptr = nr && size ? calloc(nr, size) : calloc(1, 1);

	if (!ptr)
		xalloc_fail();
	return ptr;
}

void *xreallocarray(void *ptr, size_t nr, size_t size)
{
	void *moved = nr && size ? reallocarray(ptr, nr, size) : realloc(ptr, 1);

	if (!moved)
		xalloc_fail();
	return moved;
}

void *xgrow(void *ptr, uint32_t nr, uint32_t *capacity, size_t size)
{
	if (nr < *capacity)
		return ptr;
	if (*capacity > UINT32_MAX / 2)
		xalloc_fail();
	*capacity = *capacity ? *capacity * 2 : 16;
	return xreallocarray(ptr, *capacity, size);
}

char *xstrdup(const char *string)
{
	char *copy = strdup(string);

	if (!copy)
		xalloc_fail();
	return copy;
}

char *xvasprintf(const char *format, va_list args)
{
	char *string;

	if (vasprintf(&string, format, args) < 0)
		xalloc_fail();
	return string;
}

char *xasprintf(const char *format, ...)
{
	char *string;
	va_list args;

	va_start(args, format);
	string = xvasprintf(format, args);
	va_end(args);
	return string;
}
