/* SPDX-License-Identifier: MIT */
/*
 * Parser for lines of /proc/PID/maps. It does not use sscanf, which takes longer than the rest of
 * reading the file.
 */
#include "helper/unwind/maps.h"

#include <stddef.h>
#include <string.h>

static bool parse_number(const char **at, unsigned int base, uint64_t *value)
{
	const char *start = *at;
	uint64_t result = 0;

	for (;; (*at)++) {
		char c = **at;
		unsigned int digit;

		if (c >= '0' && c <= '9')
			digit = (unsigned int)(c - '0');
		else if (c >= 'a' && c <= 'f')
			digit = (unsigned int)(c - 'a') + 10;
		else
			break;
		if (digit >= base || result > (UINT64_MAX - digit) / base)
			return false;
		result = result * base + digit;
	}
	*value = result;
	return *at != start;
}

static bool parse_char(const char **at, char wanted)
{
	if (**at != wanted)
		return false;
	(*at)++;
	return true;
}

static bool parse_permissions(const char **at, struct maps_line *parsed)
{
	const char *text = *at;

	if (strnlen(text, 4) < 4)
		return false;
	parsed->is_readable = text[0] == 'r';
	parsed->is_writable = text[1] == 'w';
	parsed->is_executable = text[2] == 'x';
	*at += 4;
	return true;
}

/*
 * proc_pid_maps(5): the kernel shows a newline in a path as "\012", and the text "\012" in a path
 * as well. A newline is more likely.
 */
static void unescape_newlines(char *path)
{
	char *to = path;

	/* Most paths have no backslash, and searching for one is much faster than the loop. */
	if (!strchr(path, '\\'))
		return;
	while (*path) {
		bool is_newline = strncmp(path, "\\012", 4) == 0;

		*to++ = is_newline ? '\n' : *path;
		path += is_newline ? 4 : 1;
	}
	*to = '\0';
}

bool maps_line_parse(char *line, struct maps_line *parsed)
{
	const char *at = line;
	uint64_t major, minor;

	line[strcspn(line, "\n")] = '\0';
	if (!parse_number(&at, 16, &parsed->start) || !parse_char(&at, '-') ||
	    !parse_number(&at, 16, &parsed->end) || !parse_char(&at, ' ') ||
	    !parse_permissions(&at, parsed) || !parse_char(&at, ' ') ||
	    !parse_number(&at, 16, &parsed->offset) || !parse_char(&at, ' ') ||
	    !parse_number(&at, 16, &major) || !parse_char(&at, ':') ||
	    !parse_number(&at, 16, &minor) || !parse_char(&at, ' ') ||
	    !parse_number(&at, 10, &parsed->inode) || major > UINT32_MAX || minor > UINT32_MAX)
		return false;
	parsed->dev_major = (uint32_t)major;
	parsed->dev_minor = (uint32_t)minor;
	at += strspn(at, " ");
	unescape_newlines(line + (at - line));
	parsed->path = at;
	return parsed->start < parsed->end;
}
