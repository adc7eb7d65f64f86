// SPDX-License-Identifier: MIT
/*
 * The names of locations. The name of a frame without a symbol is its module and the address in the
 * module's program headers, which addr2line and gdb accept.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/location.h"
#include "profile/util/text.h"
#include "profile/util/xalloc.h"

static const char *string(const struct profile *profile, uint32_t id)
{
	return string_table_get(&profile->strings, id);
}

uint32_t location_count(const struct profile *profile, uint32_t frame)
{
	uint32_t nr_lines = profile->frames[frame].nr_lines;

	return nr_lines ? nr_lines : 1;
}

struct location location_of(const struct profile *profile, uint32_t frame, uint32_t nth)
{
	const struct frame *source = &profile->frames[frame];
	struct location location = { .module = profile->mappings[source->mapping].path };

	if (nth < source->nr_lines) {
		const struct line *line = &profile->lines[source->first_line + nth];
		const struct function *function = &profile->functions[line->function];

		location.function = function->name;
		location.file = function->file;
		location.line = function->file ? line->line : 0;
	}
	if (!location.function)
		location.address =
			source->mapping ? profile_frame_address(profile, frame) : source->offset;
	return location;
}

char *location_function(const struct profile *profile, const struct location *location)
{
	const char *module = text_basename(string(profile, location->module));

	if (location->function)
		return xstrdup(string(profile, location->function));
	if (location->module)
		return xasprintf("%s+0x%" PRIx64, module, location->address);
	return xstrdup(location->address == FRAME_TRUNCATED ? "[truncated]" : "[no stack]");
}

static char *file_and_line(const struct profile *profile, const struct location *location,
			   enum location_form form)
{
	const char *file = string(profile, location->file);

	if (form == LOCATION_SHORT)
		file = text_basename(file);
	if (!location->line)
		return xstrdup(file);
	return xasprintf("%s:%" PRIu32, file, location->line);
}

/* A function without a symbol has the name `ls+0x1234` or, in code without a file, `[anon]`. */
static bool is_named_by_module(const char *function, const char *module)
{
	size_t length = strlen(module);

	return !strncmp(function, module, length) &&
	       (!function[length] || !strncmp(function + length, "+0x", 3));
}

bool location_has_symbol(const struct profile *profile, const struct location *location)
{
	const char *module = text_basename(string(profile, location->module));

	return location->function &&
	       !is_named_by_module(string(profile, location->function), module);
}

char *location_module_note(const struct profile *profile, const struct location *location)
{
	const char *module = text_basename(string(profile, location->module));

	if (!location->module || !location_has_symbol(profile, location))
		return xstrdup("");
	return xasprintf(*module == '[' ? " %s" : " [%s]", module);
}

char *location_place(const struct profile *profile, const struct location *location,
		     enum location_form form)
{
	char *function = location_function(profile, location);
	char *suffix, *place;

	if (location->file) {
		char *line = file_and_line(profile, location, form);

		suffix = xasprintf(" (%s)", line);
		free(line);
	} else {
		suffix = location_module_note(profile, location);
	}
	place = xasprintf("%s%s", function, suffix);
	free(suffix);
	free(function);
	return place;
}

char *location_line(const struct profile *profile, const struct location *location,
		    enum location_form form)
{
	if (location->file)
		return file_and_line(profile, location, form);
	return location_place(profile, location, form);
}

char *location_module(const struct profile *profile, const struct location *location)
{
	if (location->module)
		return xstrdup(string(profile, location->module));
	return location_function(profile, location);
}
