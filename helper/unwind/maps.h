/* SPDX-License-Identifier: MIT */
/*
 * Parser for /proc/PID/maps, one line at a time (proc(5)). It only uses its arguments.
 */
#ifndef SCPROF_HELPER_UNWIND_MAPS_H
#define SCPROF_HELPER_UNWIND_MAPS_H

#include <stdbool.h>
#include <stdint.h>

struct maps_line {
	uint64_t start;
	uint64_t end;
	uint64_t offset;
	uint64_t inode;
	uint32_t dev_major;
	uint32_t dev_minor;
	bool is_readable;
	bool is_writable;
	bool is_executable;
	const char
		*path; /* within the line: "", "/file", "[stack]"…; the file may be "(deleted)" */
};

/*
 * Parses @line, such as "7f0000000000-7f0000001000 r-xp 00026000 fe:00 1234     /lib/libc.so.6". A
 * newline at the end is optional; it is removed in place. Returns false if it is not such a line.
 */
bool maps_line_parse(char *line, struct maps_line *parsed);

#endif
