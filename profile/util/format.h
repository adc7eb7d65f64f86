/* SPDX-License-Identifier: MIT */
/*
 * Formats numbers for people: three significant digits and a unit, the same on each terminal and in
 * each locale. Counts are never rounded, because a profile is exact.
 */
#ifndef SCPROF_PROFILE_UTIL_FORMAT_H
#define SCPROF_PROFILE_UTIL_FORMAT_H

#include <stdint.h>

#define FORMAT_SIZE 32

/* Each of these writes to @text and returns it. */
const char *format_count(char text[static FORMAT_SIZE], uint64_t count); /* 1234567 */
const char *format_time(char text[static FORMAT_SIZE], uint64_t ns);	 /* 812ns, 1.23us, 45.6s */
const char *format_bytes(char text[static FORMAT_SIZE], uint64_t bytes); /* 12B, 3.40KiB */
/* The share of @part in @whole in percent; 0.0% if @whole is 0. */
const char *format_percent(char text[static FORMAT_SIZE], uint64_t part, uint64_t whole);

/* Returns the plural ending of a noun that follows @nr: "" or "s". */
const char *format_plural(uint64_t nr);

#endif
