/* SPDX-License-Identifier: MIT */
/*
 * One compilation unit of a binary's DWARF: finds the functions and the source line at an address.
 * Private to the files binary*.c.
 */
#ifndef SCPROF_PROFILE_SYMBOLS_BINARY_UNIT_H
#define SCPROF_PROFILE_SYMBOLS_BINARY_UNIT_H

#include <elfutils/libdw.h>

#include "profile/symbols/binary_lines.h"

struct binary_unit;

/* @die is the unit's DIE. With split DWARF it is the DIE of the skeleton unit. */
struct binary_unit *binary_unit_new(Dwarf_Die *die);
void binary_unit_free(struct binary_unit *unit);
/* Like binary_dwarf_find(). @address does not include the bias of the debug file. */
void binary_unit_find(struct binary_unit *unit, Dwarf_Addr address, struct binary_lines *lines);

#endif
