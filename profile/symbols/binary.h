/* SPDX-License-Identifier: MIT */
/*
 * One binary on this machine, opened to tell what is at its addresses: from DWARF, its own or in a
 * separate debug file, else from the ELF symbol tables. Addresses are those of the program headers
 * (load bias 0). Reads the parts of the file that a question needs, when it needs them.
 */
#ifndef SCPROF_PROFILE_SYMBOLS_BINARY_H
#define SCPROF_PROFILE_SYMBOLS_BINARY_H

#include <stdbool.h>
#include <stdint.h>

#include "profile/symbols/binary_lines.h"

struct binary;

/*
 * Opens the file at @path, or, when @path is "[vdso]", the vdso of the running process; when it is
 * not here, its debug file from a server, if debug_server.h is open. @build_id is lower-case hex,
 * or "" when the binary has none. Returns 0; -errno when it cannot be opened, -ESTALE when its
 * build id is another, -ENOEXEC when it is not an ELF file. The caller closes it.
 */
int binary_open(struct binary **binary, const char *path, const char *build_id);
/* NULL is fine. */
void binary_close(struct binary *binary);

/* Reads now what else the first question would have to wait for. */
void binary_read_symbols(struct binary *binary);

/* Whether DWARF is there to be asked, which takes its time. Only after binary_read_symbols. */
bool binary_has_dwarf(const struct binary *binary);

/* From now on symbol tables alone are asked, not DWARF. */
void binary_use_symbols_only(struct binary *binary);

/*
 * The @nr addresses are what will be asked next: then symbol tables answer quicker. Others may be
 * asked too.
 */
void binary_expect(struct binary *binary, const uint64_t *addresses, uint32_t nr);

/*
 * Looks up @address. @lines->nr is 0 when nothing is known; else the caller calls
 * binary_lines_fini.
 */
void binary_find_lines(struct binary *binary, uint64_t address, struct binary_lines *lines);

#endif
