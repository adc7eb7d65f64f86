// SPDX-License-Identifier: MIT
/*
 * Lists the functions of a unit once: first those at the top level and in namespaces and types,
 * which are nearly all. Functions inside other functions are listed when an address is missing.
 * From the function at an address, inlined functions are followed inwards, block by block.
 */
#include "profile/symbols/binary_unit.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "profile/util/range_map.h"
#include "profile/util/source_path.h"
#include "profile/util/xalloc.h"

/* Limits for damaged files. No compiler nests as deep, or makes as many entries in a unit. */
#define MAX_DEPTH   256
#define MAX_ENTRIES (1u << 26)

struct binary_unit {
	Dwarf_Die die;	       /* the DIE with the line table */
	Dwarf_Die code;	       /* the DIE with the functions; a different one with split DWARF */
	const char *directory; /* the directory in which the compiler ran, or NULL */
	bool is_mangled;       /* the language has scoped names, so its symbols are mangled */
	struct range_map map;  /* value: index into functions */
	Dwarf_Die *functions;
	uint32_t nr_functions;
	uint32_t capacity;
	uint32_t nr_entries;
	bool is_listed;
	bool is_listed_deeply;
};

/*
 * The function at an address, followed by the functions inlined there, each inside the one before
 * it.
 */
struct inline_chain {
	Dwarf_Die scopes[BINARY_MAX_LINES];
	uint32_t nr;
	Dwarf_Addr address;
};

static bool is_language_mangled(int language)
{
	switch (language) {
	case DW_LANG_C89:
	case DW_LANG_C:
	case DW_LANG_C99:
	case DW_LANG_C11:
	case DW_LANG_Mips_Assembler:
	case DW_LANG_Go:
		return false;
	default:
		return true;
	}
}

static const char *string_attribute(Dwarf_Die *die, unsigned int name)
{
	Dwarf_Attribute attribute;

	return dwarf_formstring(dwarf_attr_integrate(die, name, &attribute));
}

struct binary_unit *binary_unit_new(Dwarf_Die *die)
{
	struct binary_unit *unit = xcalloc(1, sizeof(*unit));
	uint8_t type;
	Dwarf_Die split;

	unit->die = *die;
	unit->code = *die;
	if (dwarf_cu_info(die->cu, NULL, &type, NULL, &split, NULL, NULL, NULL) == 0 &&
	    type == DW_UT_skeleton && dwarf_tag(&split) == DW_TAG_compile_unit)
		unit->code = split;
	unit->directory = string_attribute(&unit->die, DW_AT_comp_dir);
	unit->is_mangled = is_language_mangled(dwarf_srclang(&unit->code));
	return unit;
}

void binary_unit_free(struct binary_unit *unit)
{
	if (!unit)
		return;
	range_map_fini(&unit->map);
	free(unit->functions);
	free(unit);
}

static void add_function(struct binary_unit *unit, Dwarf_Die *die)
{
	Dwarf_Addr base, start, limit;
	bool is_added = false;
	ptrdiff_t offset = 0;

	while ((offset = dwarf_ranges(die, offset, &base, &start, &limit)) > 0) {
		if (!is_added) {
			unit->functions = xgrow(unit->functions, unit->nr_functions,
						&unit->capacity, sizeof(*unit->functions));
			unit->functions[unit->nr_functions++] = *die;
			is_added = true;
		}
		range_map_add(&unit->map, start, limit, unit->nr_functions - 1);
	}
}

static bool may_hold_functions(const struct binary_unit *unit, int tag)
{
	switch (tag) {
	case DW_TAG_namespace:
	case DW_TAG_module:
		return true;
	case DW_TAG_class_type:
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
		return unit->is_mangled;
	case DW_TAG_subprogram:
	case DW_TAG_lexical_block:
	case DW_TAG_inlined_subroutine:
		return unit->is_listed_deeply;
	default:
		return false;
	}
}

static void list_functions(struct binary_unit *unit, Dwarf_Die *parent, int depth)
{
	Dwarf_Die die;

	if (depth > MAX_DEPTH || dwarf_child(parent, &die) != 0)
		return;
	do {
		int tag = dwarf_tag(&die);

		if (tag == DW_TAG_subprogram)
			add_function(unit, &die);
		if (may_hold_functions(unit, tag))
			list_functions(unit, &die, depth + 1);
	} while (++unit->nr_entries < MAX_ENTRIES && dwarf_siblingof(&die, &die) == 0);
}

static Dwarf_Die *find_function(struct binary_unit *unit, Dwarf_Addr address)
{
	uint32_t id;

	if (!unit->is_listed)
		list_functions(unit, &unit->code, 0);
	unit->is_listed = true;
	id = range_map_find(&unit->map, address);
	if (id == RANGE_NONE && !unit->is_listed_deeply) {
		unit->is_listed_deeply = true;
		range_map_fini(&unit->map);
		unit->nr_functions = 0;
		unit->nr_entries = 0;
		list_functions(unit, &unit->code, 0);
		id = range_map_find(&unit->map, address);
	}
	return id == RANGE_NONE ? NULL : &unit->functions[id];
}

/* Returns true for a block that has no code of its own but may contain inlined functions. */
static bool is_without_ranges(Dwarf_Die *die)
{
	return !dwarf_hasattr(die, DW_AT_low_pc) && !dwarf_hasattr(die, DW_AT_ranges);
}

/* Appends the functions that are inlined in @scope at the chain's address, outer before inner. */
static void follow_inlined(struct inline_chain *chain, Dwarf_Die *scope, int depth)
{
	uint32_t nr = chain->nr;
	Dwarf_Die die;

	if (depth > MAX_DEPTH || nr == BINARY_MAX_LINES || dwarf_child(scope, &die) != 0)
		return;
	do {
		switch (dwarf_tag(&die)) {
		case DW_TAG_inlined_subroutine:
			if (dwarf_haspc(&die, chain->address) <= 0)
				break;
			chain->scopes[chain->nr++] = die;
			follow_inlined(chain, &die, depth + 1);
			return;
		case DW_TAG_lexical_block:
		case DW_TAG_try_block:
		case DW_TAG_catch_block:
			if (dwarf_haspc(&die, chain->address) > 0 || is_without_ranges(&die))
				follow_inlined(chain, &die, depth + 1);
			break;
		}
	} while (chain->nr == nr && dwarf_siblingof(&die, &die) == 0);
}

static uint32_t integer_attribute(Dwarf_Die *die, unsigned int name)
{
	Dwarf_Attribute attribute;
	Dwarf_Word value;

	if (!dwarf_attr(die, name, &attribute) || dwarf_formudata(&attribute, &value) != 0 ||
	    value > INT32_MAX)
		return 0;
	return (uint32_t)value;
}

/*
 * Returns the whole path of a file whose path in the line table is @path. libdw already puts the
 * compiler's directory before some relative paths. This can be seen only if that directory is
 * itself relative.
 */
static char *source_path(const struct binary_unit *unit, const char *path)
{
	size_t length = unit->directory ? strlen(unit->directory) : 0;

	if (length && strncmp(path, unit->directory, length) == 0 && path[length] == '/')
		return source_path_join(NULL, path);
	return source_path_join(unit->directory, path);
}

/* Fills in the line and file from which @inlined was called. */
static void find_call(struct binary_unit *unit, Dwarf_Die *inlined, struct binary_line *line)
{
	uint32_t index = integer_attribute(inlined, DW_AT_call_file);
	const char *path = NULL;
	Dwarf_Files *files;
	size_t nr_files;

	line->line = integer_attribute(inlined, DW_AT_call_line);
	if (dwarf_getsrcfiles(&unit->code, &files, &nr_files) == 0 && index < nr_files)
		path = dwarf_filesrc(files, index, NULL, NULL);
	if (path)
		line->file = source_path(unit, path);
}

/* Fills in the line and file of @address from the line table. */
static void find_row(struct binary_unit *unit, Dwarf_Addr address, struct binary_line *line)
{
	Dwarf_Line *row = dwarf_getsrc_die(&unit->die, address);
	const char *path = dwarf_linesrc(row, NULL, NULL);
	int number;

	if (path)
		line->file = source_path(unit, path);
	if (dwarf_lineno(row, &number) == 0 && number > 0)
		line->line = (uint32_t)number;
}

static void name_function(struct binary_unit *unit, Dwarf_Die *die, struct binary_line *line)
{
	const char *name = string_attribute(die, DW_AT_linkage_name);
	int start_line;

	if (!name)
		name = string_attribute(die, DW_AT_MIPS_linkage_name);
	line->is_plain_name = !name && unit->is_mangled;
	if (!name)
		name = string_attribute(die, DW_AT_name);
	if (name && *name)
		line->system_name = xstrdup(name);
	if (dwarf_decl_line(die, &start_line) == 0 && start_line > 0)
		line->start_line = (uint32_t)start_line;
}

/*
 * Returns the entry address of @function: the start of its first range, unless DWARF gives another.
 */
static Dwarf_Addr entry_address(Dwarf_Die *function)
{
	Dwarf_Addr entry, base, limit;

	if (dwarf_entrypc(function, &entry) == 0)
		return entry;
	return dwarf_ranges(function, 0, &base, &entry, &limit) > 0 ? entry : 0;
}

void binary_unit_find(struct binary_unit *unit, Dwarf_Addr address, struct binary_lines *lines)
{
	struct inline_chain chain = { .address = address };
	Dwarf_Die *function = find_function(unit, address);

	if (function) {
		chain.scopes[chain.nr++] = *function;
		follow_inlined(&chain, function, 0);
	}
	lines->nr = chain.nr ? chain.nr : 1;
	memset(lines->lines, 0, lines->nr * sizeof(lines->lines[0]));
	find_row(unit, address, &lines->lines[0]);
	for (uint32_t i = 0; i < chain.nr; i++) {
		Dwarf_Die *scope = &chain.scopes[chain.nr - 1 - i];

		name_function(unit, scope, &lines->lines[i]);
		if (i + 1 < chain.nr)
			find_call(unit, scope, &lines->lines[i + 1]);
	}
	if (function)
		lines->lines[chain.nr - 1].entry = entry_address(function);
	if (!function && !lines->lines[0].file)
		lines->nr = 0;
}
