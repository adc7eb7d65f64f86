// SPDX-License-Identifier: MIT
/*
 * Finds the compilation unit of an address in .debug_aranges. Not all compilers write that section.
 * So when an address is missing there, the ranges of all units are read, once.
 */
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdlib.h>

#include "profile/symbols/binary_parts.h"
#include "profile/symbols/binary_unit.h"
#include "profile/util/xalloc.h"

struct known_unit {
	Dwarf_Off offset; /* of the unit's DIE */
	struct binary_unit *unit;
};

struct binary_dwarf {
	Dwarf *dwarf;
	Dwarf_Addr bias; /* of the debug file, against the binary */
	Dwarf_Aranges *aranges;
	struct known_unit *units; /* units that were used so far, the last one at the end */
	uint32_t nr_units;
	uint32_t units_capacity;
	bool is_scanned;
	struct range_map scanned; /* value: index into offsets */
	Dwarf_Off *offsets;	  /* of the DIEs of all units */
	uint32_t nr_offsets;
	uint32_t offsets_capacity;
};

struct binary_dwarf *binary_dwarf_new(Dwfl_Module *module)
{
	Dwarf_Addr bias;
	Dwarf *file = dwfl_module_getdwarf(module, &bias);
	struct binary_dwarf *dwarf;

	if (!file)
		return NULL;
	dwarf = xcalloc(1, sizeof(*dwarf));
	dwarf->dwarf = file;
	dwarf->bias = bias;
	if (dwarf_getaranges(file, &dwarf->aranges, NULL) != 0)
		dwarf->aranges = NULL;
	return dwarf;
}

void binary_dwarf_free(struct binary_dwarf *dwarf)
{
	if (!dwarf)
		return;
	for (uint32_t i = 0; i < dwarf->nr_units; i++)
		binary_unit_free(dwarf->units[i].unit);
	range_map_fini(&dwarf->scanned);
	free(dwarf->units);
	free(dwarf->offsets);
	free(dwarf);
}

static void scan_unit(struct binary_dwarf *dwarf, Dwarf_Die *die)
{
	Dwarf_Addr base, start, limit;
	ptrdiff_t offset = 0;

	dwarf->offsets = xgrow(dwarf->offsets, dwarf->nr_offsets, &dwarf->offsets_capacity,
			       sizeof(*dwarf->offsets));
	dwarf->offsets[dwarf->nr_offsets++] = dwarf_dieoffset(die);
	while ((offset = dwarf_ranges(die, offset, &base, &start, &limit)) > 0)
		range_map_add(&dwarf->scanned, start, limit, dwarf->nr_offsets - 1);
}

static void scan(struct binary_dwarf *dwarf)
{
	Dwarf_CU *unit = NULL;
	Dwarf_Die die;
	uint8_t type;

	dwarf->is_scanned = true;
	while (dwarf_get_units(dwarf->dwarf, unit, &unit, NULL, &type, &die, NULL) == 0)
		if (type == DW_UT_compile || type == DW_UT_skeleton)
			scan_unit(dwarf, &die);
}

/* Returns the unit whose DIE is at @offset, or NULL. */
static struct binary_unit *unit_at(struct binary_dwarf *dwarf, Dwarf_Off offset)
{
	struct binary_unit *unit;
	Dwarf_Die die;

	/* Addresses are asked in order, so most are in the same unit as the one before. */
	for (uint32_t i = dwarf->nr_units; i-- > 0;)
		if (dwarf->units[i].offset == offset)
			return dwarf->units[i].unit;
	if (!dwarf_offdie(dwarf->dwarf, offset, &die))
		return NULL;
	unit = binary_unit_new(&die);
	dwarf->units =
		xgrow(dwarf->units, dwarf->nr_units, &dwarf->units_capacity, sizeof(*dwarf->units));
	dwarf->units[dwarf->nr_units++] = (struct known_unit){ offset, unit };
	return unit;
}

static struct binary_unit *find_unit(struct binary_dwarf *dwarf, Dwarf_Addr address)
{
	Dwarf_Arange *arange =
		dwarf->aranges ? dwarf_getarange_addr(dwarf->aranges, address) : NULL;
	Dwarf_Off offset;
	uint32_t id;

	if (arange && dwarf_getarangeinfo(arange, NULL, NULL, &offset) == 0)
		return unit_at(dwarf, offset);
	if (!dwarf->is_scanned)
		scan(dwarf);
	id = range_map_find(&dwarf->scanned, address);
	return id == RANGE_NONE ? NULL : unit_at(dwarf, dwarf->offsets[id]);
}

void binary_dwarf_find(struct binary_dwarf *dwarf, uint64_t address, struct binary_lines *lines)
{
	struct binary_unit *unit = find_unit(dwarf, address - dwarf->bias);

	if (!unit)
		return;
	binary_unit_find(unit, address - dwarf->bias, lines);
	for (uint32_t i = 0; i < lines->nr; i++)
		if (lines->lines[i].entry)
			lines->lines[i].entry += dwarf->bias;
}
