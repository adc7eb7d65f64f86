/* SPDX-License-Identifier: MIT */
/*
 * Binary search in an array of structs that is sorted by a member of type uint64_t.
 */
#ifndef SCPROF_PROFILE_UTIL_SORTED_H
#define SCPROF_PROFILE_UTIL_SORTED_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The functions below, for the array @list of @nr structs. It may be NULL if it is empty. */
#define SORTED_COUNT_BELOW(list, nr, member, value)                                              \
	sorted_count_below((list), (nr), sizeof(*(list)), offsetof(__typeof__(*(list)), member), \
			   (value))
#define SORTED_COUNT_UP_TO(list, nr, member, value)                                              \
	sorted_count_up_to((list), (nr), sizeof(*(list)), offsetof(__typeof__(*(list)), member), \
			   (value))

/*
 * Returns how many of the @nr structs of @size bytes have a key below @value. The key is @offset
 * bytes into the struct.
 */
static inline size_t sorted_count_below(const void *list, size_t nr, size_t size, size_t offset,
					uint64_t value)
{
	size_t low = 0, high = nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		uint64_t key;

		memcpy(&key, (const char *)list + middle * size + offset, sizeof(key));
		if (key < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Returns how many of the structs have a key of at most @value. */
static inline size_t sorted_count_up_to(const void *list, size_t nr, size_t size, size_t offset,
					uint64_t value)
{
	return value == UINT64_MAX ? nr : sorted_count_below(list, nr, size, offset, value + 1);
}

#endif
