/* SPDX-License-Identifier: MIT */
/*
 * The two functions that a compiler may call to copy and clear structs, even in freestanding code
 * (GCC manual, "Standards"). They are hidden, so that they neither use nor replace the program's
 * own.
 */
#include <stddef.h>

__attribute__((visibility("hidden"))) void *memcpy(void *to, const void *from, size_t size);
__attribute__((visibility("hidden"))) void *memset(void *to, int value, size_t size);

void *memcpy(void *to, const void *from, size_t size)
{
	void *start = to;

	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
	return start;
}

void *memset(void *to, int value, size_t size)
{
	void *start = to;

	__asm__ volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(value) : "memory");
	return start;
}
