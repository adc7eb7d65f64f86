/* SPDX-License-Identifier: MIT */
/*
 * The parts of binary.c, in files of their own. Private to the files binary*.c.
 */
#ifndef SCPROF_PROFILE_SYMBOLS_BINARY_PARTS_H
#define SCPROF_PROFILE_SYMBOLS_BINARY_PARTS_H

#include <elfutils/libdwfl.h>

#include "profile/symbols/binary_lines.h"
#include "profile/util/range_map.h"

/* The ELF symbol tables, and the PLT stubs as `name@plt`. */
struct binary_symbols;
/* Reads the tables of @module, which the caller owns and which must live longer. */
struct binary_symbols *binary_symbols_new(Dwfl_Module *module);
void binary_symbols_free(struct binary_symbols *symbols);
/* Tells the kernel to read from disk what binary_symbols_expect() will need. */
void binary_symbols_prefetch(const struct binary_symbols *symbols);
/* Like binary_expect(). */
void binary_symbols_expect(struct binary_symbols *symbols, const uint64_t *addresses, uint32_t nr);
/* Returns the name of the symbol at @address, without its version, or NULL. The caller frees it. */
char *binary_symbols_find(struct binary_symbols *symbols, uint64_t address);

/*
 * Adds the stubs of @module's PLT sections to @map. The values in the map are what @add_name
 * returns for the stubs' names.
 */
void binary_plt_read(Dwfl_Module *module, struct range_map *map,
		     uint32_t (*add_name)(void *owner, char *name), void *owner);

/* Returns the name of the section with @header, or "". */
const char *binary_section_name(Elf *elf, const GElf_Shdr *header);

/*
 * Returns the end of the label at @start in section @index; it is at most @limit. The label ends at
 * a return instruction. It also ends at a byte of another instruction that looks like a return
 * instruction. Then the rest of the function has no name, which is better than a wrong name.
 */
uint64_t binary_label_limit(Elf *elf, GElf_Word index, uint64_t start, uint64_t limit);

/* The function table of a Go program. */
struct binary_go;
/* Returns NULL if @module has none. @module must live longer than the result. */
struct binary_go *binary_go_new(Dwfl_Module *module);
void binary_go_free(struct binary_go *go);
/* Like binary_find_lines(). */
void binary_go_find(const struct binary_go *go, uint64_t address, struct binary_lines *lines);

/* The DWARF of the binary or of its debug file. */
struct binary_dwarf;
/* Returns NULL if @module has no DWARF. @module must live longer than the result. */
struct binary_dwarf *binary_dwarf_new(Dwfl_Module *module);
void binary_dwarf_free(struct binary_dwarf *dwarf);
/*
 * Like binary_find_lines(). The system_name of a line is NULL if DWARF does not name the function.
 */
void binary_dwarf_find(struct binary_dwarf *dwarf, uint64_t address, struct binary_lines *lines);

/*
 * A callback with which libdwfl finds separate debug files: first on this machine, then on a
 * server.
 */
int binary_find_debug_file(Dwfl_Module *module, void **user_data, const char *name, Dwarf_Addr base,
			   const char *file_name, const char *link_name, GElf_Word link_crc,
			   char **debug_file_name);

/* From now on the calling thread copies files before it reads them, and refuses large ones. */
void binary_copy_files(void);
/* Returns true if the thread has refused a file since the last call of this function. */
bool binary_has_left_out(void);
/*
 * Returns @fd or, if this thread copies files, a descriptor of a copy, and closes @fd. Returns
 * -errno on an error, with @fd closed.
 */
int binary_copy(int fd);

/*
 * Returns true if @fd is an ELF file whose sections do not decompress to many times the file's
 * size.
 */
bool binary_is_bounded(int fd);

/* Opens @path for reading if it is a regular file. Returns a descriptor or -errno. */
int binary_open_regular(const char *path);
/* Returns a descriptor of a copy of the running process's vdso, or -errno. */
int binary_open_vdso(void);

#endif
