// SPDX-License-Identifier: MIT
/*
 * The description of a function refers to lists with the file and line of each code address. Where
 * functions are inlined, these are the file and line of the innermost one. Another list then has
 * the number of an entry in the function's tree of inlined calls. The entry names the inlined
 * function, and the code address that has the file and line of the call.
 */
#include "profile/symbols/go_lines.h"

#include <string.h>

#include "profile/symbols/go_table_parts.h"
#include "profile/util/source_path.h"
#include "profile/util/xalloc.h"

#define MAX_TEXT (64u << 10) /* bytes of a name or a path */
#define NONE	 UINT32_MAX  /* instead of an offset */

/* The fields of a description, which are numbers of four bytes. */
enum {
	FIELD_NAME = 0,
	FIELD_FILES = 4,
	FIELD_LINES = 5,
	FIELD_NR_VALUES = 6,
	FIELD_UNIT = 7,
	FIELD_START_LINE = 8, /* since Go 1.20 */
};

/* Numbers of lists and of data, as in cmd/internal/objabi/funcdata.go. */
enum {
	VALUES_INLINED = 2,
	DATA_INLINED = 3,
};

struct function {
	const struct go_lines *go;
	struct go_layout layout;
	uint64_t start;
	uint64_t size;
	uint64_t fields; /* offset of the description's fields */
};

/* An entry in the tree of inlined calls. */
struct inlined {
	const char *name;
	uint32_t start_line;
	uint32_t call; /* distance of the call's address from the function's start */
};

static bool find_function(const struct go_lines *go, uint64_t address, struct function *function)
{
	uint64_t nr = go_table_count(go->table, go->size, go->text_addr, &function->layout);
	const struct go_layout *layout = &function->layout;
	const uint8_t *entry = nr ? go_table_entry(go->table, layout, nr, address) : NULL;

	if (!entry)
		return false;
	function->go = go;
	function->start = go_table_start(entry, layout);
	function->size = go_table_start(entry + layout->entry_size, layout) - function->start;
	function->fields = go_table_fields(entry, layout);
	return true;
}

static bool read_field(const struct function *function, uint64_t index, uint32_t *value)
{
	return go_table_read(function->go->table, function->go->size,
			     function->fields + index * sizeof(*value), value);
}

/* Returns the text at @offset, or NULL if it is empty or has no end. */
static const char *read_text(const struct go_lines *go, uint64_t offset)
{
	const char *text;
	size_t rest;

	if (offset >= go->size)
		return NULL;
	text = (const char *)go->table + offset;
	rest = go->size - offset;
	return *text && memchr(text, '\0', rest < MAX_TEXT ? rest : MAX_TEXT) ? text : NULL;
}

static uint32_t start_line(uint32_t value)
{
	return value <= INT32_MAX ? value : 0;
}

/* Finds the value at @distance in the list to which field @field refers. */
static bool find_value(const struct function *function, uint64_t field, uint64_t distance,
		       int32_t *value)
{
	uint32_t list;

	return read_field(function, field, &list) && list &&
	       go_table_value(function->go->table, function->go->size,
			      function->layout.values + list, distance, value);
}

/* Returns the path of file @index of the unit to which the function belongs, or NULL. */
static const char *find_path(const struct function *function, uint32_t index)
{
	const struct go_layout *layout = &function->layout;
	uint32_t unit, path;

	if (!layout->units || !read_field(function, FIELD_UNIT, &unit) || unit == NONE ||
	    !go_table_read(function->go->table, function->go->size,
			   layout->units + ((uint64_t)unit + index) * sizeof(path), &path) ||
	    path == NONE)
		return NULL;
	return read_text(function->go, layout->files + path);
}

/* Fills in the file and line of the code at @distance, if they can be found. */
static void find_position(const struct function *function, uint64_t distance,
			  struct binary_line *line)
{
	int32_t file, number;
	const char *path;

	if (!find_value(function, FIELD_FILES, distance, &file) || file < 0)
		return;
	path = find_path(function, (uint32_t)file);
	if (!path)
		return;
	line->file = source_path_join(NULL, path);
	if (find_value(function, FIELD_LINES, distance, &number) && number > 0)
		line->line = (uint32_t)number;
}

/* All descriptions have the fields before this one. Returns its index. */
static uint64_t last_field(const struct function *function)
{
	return function->layout.has_start_lines ? FIELD_START_LINE + 1 : FIELD_START_LINE;
}

/*
 * Returns the number of the entry of the innermost function that is inlined at @distance. Returns
 * -1 if there is none.
 */
static int32_t find_inlined(const struct function *function, uint64_t distance)
{
	uint32_t nr;
	int32_t entry;

	if (!function->layout.units || !read_field(function, FIELD_NR_VALUES, &nr) ||
	    nr <= VALUES_INLINED ||
	    !find_value(function, last_field(function) + 1 + VALUES_INLINED, distance, &entry))
		return -1;
	return entry;
}

/* Finds where the tree of inlined calls starts in the data. */
static bool find_tree(const struct function *function, uint32_t *offset)
{
	uint32_t nr_values, sizes;

	/*
	 * The last of the four bytes is the number of data. The offsets of the lists and of the
	 * data follow.
	 */
	return function->layout.has_offsets && read_field(function, FIELD_NR_VALUES, &nr_values) &&
	       read_field(function, last_field(function), &sizes) && sizes >> 24 > DATA_INLINED &&
	       read_field(function, last_field(function) + 1 + (uint64_t)nr_values + DATA_INLINED,
			  offset) &&
	       *offset != NONE;
}

/* Returns the name at @offset in the names, or NULL if no name starts there. */
static const char *read_name(const struct function *function, uint32_t offset)
{
	const char *name = read_text(function->go, function->layout.names + offset);

	if (!name || !offset)
		return name;
	return name != (const char *)function->go->table && !name[-1] ? name : NULL;
}

/* Reads entry @index of the tree. Returns false if it is not there, or cannot be right. */
static bool read_inlined(const struct function *function, int32_t index, struct inlined *inlined)
{
	/*
	 * Since Go 1.20: kind, name, call, start line. Before: parent and kind, file, line, name,
	 * call.
	 */
	const bool is_new = function->layout.has_start_lines;
	const uint64_t size = is_new ? 4 * sizeof(uint32_t) : 5 * sizeof(uint32_t);
	const uint8_t *data = function->go->data;
	uint32_t tree, name, fields[5] = { 0 };
	uint64_t at;

	if (!find_tree(function, &tree))
		return false;
	at = tree + (uint64_t)(uint32_t)index * size;
	if (at > function->go->data_size || size > function->go->data_size - at)
		return false;
	memcpy(fields, data + at, size);
	name = is_new ? fields[1] : fields[3];
	inlined->call = is_new ? fields[2] : fields[4];
	inlined->start_line = is_new ? start_line(fields[3]) : 0;
	inlined->name = read_name(function, name);
	return inlined->name && inlined->call < function->size;
}

/*
 * Lists the functions that are inlined at *@distance, and sets *@distance to where the outermost of
 * them is called. Returns false if not all of them can be read.
 */
static bool list_inlined(const struct function *function, uint64_t *distance,
			 struct binary_lines *lines)
{
	int32_t index;

	while ((index = find_inlined(function, *distance)) >= 0) {
		struct binary_line *line = &lines->lines[lines->nr];
		struct inlined inlined;

		if (lines->nr == BINARY_MAX_LINES - 1 || !read_inlined(function, index, &inlined))
			return false;
		*line = (struct binary_line){ .system_name = xstrdup(inlined.name),
					      .start_line = inlined.start_line };
		find_position(function, *distance, line);
		lines->nr++;
		*distance = inlined.call;
	}
	return true;
}

/* Fills in the function's name, its start, and its file if only that can be found. */
static bool name_function(const struct function *function, struct binary_line *line)
{
	uint32_t offset, start = 0;
	const char *name;

	if (!read_field(function, FIELD_NAME, &offset))
		return false;
	name = read_text(function->go, function->layout.names + offset);
	if (!name)
		return false;
	if (function->layout.has_start_lines)
		read_field(function, FIELD_START_LINE, &start);
	*line = (struct binary_line){
		.system_name = xstrdup(name),
		.start_line = start_line(start),
		.entry = function->start,
	};
	return true;
}

/* Fills in the file in which the function starts. */
static void find_file(const struct function *function, struct binary_line *line)
{
	if (find_inlined(function, 0) < 0)
		find_position(function, 0, line);
	line->line = 0;
}

void go_lines_find(const struct go_lines *go, uint64_t address, struct binary_lines *lines)
{
	struct function function;
	struct binary_line outermost;
	uint64_t distance;

	lines->nr = 0;
	if (!find_function(go, address, &function) || !name_function(&function, &outermost))
		return;
	distance = address - function.start;
	if (list_inlined(&function, &distance, lines)) {
		find_position(&function, distance, &outermost);
	} else {
		binary_lines_fini(lines);
		find_file(&function, &outermost);
	}
	lines->lines[lines->nr++] = outermost;
}
