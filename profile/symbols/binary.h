/* SPDX-License-Identifier: MIT */
/*
 * Finds out which function and source line is at an address of a binary on this machine. It asks
 * the DWARF of the binary or of a separate debug file, then the function table of a Go program, and
 * otherwise the ELF symbol tables. Addresses are those of the program headers (load bias 0). It
 * reads parts of the file only when a question needs them.
 */
#ifndef SCPROF_PROFILE_SYMBOLS_BINARY_H
#define SCPROF_PROFILE_SYMBOLS_BINARY_H

#include <stdbool.h>
#include <stdint.h>

#include "profile/symbols/binary_lines.h"

struct binary;

/*
 * Opens the file at @path. If @path is "[vdso]", opens the vdso of the running process. If the file
 * does not exist here, opens its debug file from a server, provided debug_server_open() was called.
 * @build_id is lower-case hex, or "" if the binary has none. The caller closes *@binary.
 *
 * Returns 0. Returns -errno if the file cannot be opened, -ESTALE if it has another build id, and
 * -ENOEXEC if it is not an ELF file.
 */
int binary_open(struct binary **binary, const char *path, const char *build_id);
/* @binary may be NULL. */
void binary_close(struct binary *binary);

/*
 * Reads the symbol tables and opens the DWARF now, so that the first question need not wait for it.
 */
void binary_read_symbols(struct binary *binary);

/* Returns true if there is DWARF, which takes longer to ask. Call binary_read_symbols() before. */
bool binary_has_dwarf(const struct binary *binary);

/* From now on uses only the symbol tables and not the DWARF. */
void binary_use_symbols_only(struct binary *binary);

/*
 * Announces the @nr addresses that the caller will ask for. Symbol tables then answer faster. The
 * caller may ask for other addresses too.
 */
void binary_expect(struct binary *binary, const uint64_t *addresses, uint32_t nr);

/*
 * Looks up @address. If nothing is found, lines->nr is 0. Otherwise the caller calls
 * binary_lines_fini().
 */
void binary_find_lines(struct binary *binary, uint64_t address, struct binary_lines *lines);

#endif
