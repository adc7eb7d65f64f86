/* SPDX-License-Identifier: MIT */
/*
 * One compilation unit of a binary's DWARF: which function is at an address, and which lines.
 * Private to the files binary*.c.
 */
#ifndef SCPROF_PROFILE_SYMBOLS_BINARY_UNIT_H
#define SCPROF_PROFILE_SYMBOLS_BINARY_UNIT_H

#include <elfutils/libdw.h>

#include "profile/symbols/binary_lines.h"

struct binary_unit;

/* @die is that of the unit, or, with split DWARF, of its skeleton. */
struct binary_unit *binary_unit_new(Dwarf_Die *die);
void binary_unit_free(struct binary_unit *unit);
/* As binary_dwarf_find, for an address without the bias of the debug file. */
void binary_unit_find(struct binary_unit *unit, Dwarf_Addr address, struct binary_lines *lines);

#endif
