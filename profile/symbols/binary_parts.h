/* SPDX-License-Identifier: MIT */
/*
 * The parts that binary.c is made of, private to the files binary*.c.
 */
#ifndef SCPROF_PROFILE_SYMBOLS_BINARY_PARTS_H
#define SCPROF_PROFILE_SYMBOLS_BINARY_PARTS_H

#include <elfutils/libdwfl.h>

#include "profile/symbols/binary_lines.h"
#include "profile/util/range_map.h"

/* The ELF symbol tables, and the PLT stubs as `name@plt`. */
struct binary_symbols;
/* Reads the tables of @module, which is borrowed and must live as long. */
struct binary_symbols *binary_symbols_new(Dwfl_Module *module);
void binary_symbols_free(struct binary_symbols *symbols);
/* Starts to read from disk what binary_symbols_expect will read. */
void binary_symbols_prefetch(const struct binary_symbols *symbols);
/* As binary_expect. */
void binary_symbols_expect(struct binary_symbols *symbols, const uint64_t *addresses, uint32_t nr);
/* Returns a new string, the name of what is at @address without a version, or NULL. */
char *binary_symbols_find(struct binary_symbols *symbols, uint64_t address);

/* Adds the stubs of @module's PLT sections to @map; their values are ids of @add_name. */
void binary_plt_read(Dwfl_Module *module, struct range_map *map,
		     uint32_t (*add_name)(void *owner, char *name), void *owner);

/* DWARF, wherever it was found. */
struct binary_dwarf;
/* Returns NULL when @module, which is borrowed, has none. */
struct binary_dwarf *binary_dwarf_new(Dwfl_Module *module);
void binary_dwarf_free(struct binary_dwarf *dwarf);
/* As binary_find_lines; system_name of a line is NULL when DWARF does not name the function. */
void binary_dwarf_find(struct binary_dwarf *dwarf, uint64_t address, struct binary_lines *lines);

/* The callback by which libdwfl finds separate debug files: on this machine, then by server. */
int binary_find_debug_file(Dwfl_Module *module, void **user_data, const char *name, Dwarf_Addr base,
			   const char *file_name, const char *link_name, GElf_Word link_crc,
			   char **debug_file_name);

/*
 * In the calling thread files are copied before they are read, from now on, and large ones left
 * out.
 */
void binary_copy_files(void);
/* Whether one has been left out since the last time that this was asked. */
bool binary_has_left_out(void);
/* Takes @fd over; returns it, or a descriptor of a copy, or -errno. */
int binary_copy(int fd);

/* Whether @fd is an ELF file whose sections do not unfold to a multitude of its size. */
bool binary_is_bounded(int fd);

/* Opens @path for reading when it is a regular file. Returns a descriptor or -errno. */
int binary_open_regular(const char *path);
/* Returns a descriptor of a copy of the running process's vdso, or -errno. */
int binary_open_vdso(void);

#endif
