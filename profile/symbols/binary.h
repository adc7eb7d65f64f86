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

#define BINARY_MAX_LINES 64 /* functions inlined into each other at one address */

struct binary;

struct binary_line {
	char *system_name;   /* as in the symbol table or in DWARF, or NULL */
	char *file;	     /* absolute if DWARF says enough, or NULL */
	uint32_t line;	     /* or 0 */
	uint32_t start_line; /* of the function, or 0 */
	uint64_t entry;	     /* where the function starts; 0 when unknown, or inlined */
	bool is_plain_name;  /* system_name lacks the scope that a mangled name would have */
};

/* Innermost first; the last one is the function that the others were inlined into. */
struct binary_lines {
	struct binary_line lines[BINARY_MAX_LINES];
	uint32_t nr;
};

/*
 * Opens the file at @path, or, when @path is "[vdso]", the vdso of the running process; when it is
 * not here, its debug file from a server, if debug_server.h is open. @build_id is lower-case hex,
 * or "" when the binary has none. Returns 0; -errno when it cannot be opened, -ESTALE when its
 * build id is another, -ENOEXEC when it is no ELF file. The caller closes it.
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

/* The @nr addresses are what will be asked next: then symbol tables answer quicker. Others may be asked too. */
void binary_expect(struct binary *binary, const uint64_t *addresses, uint32_t nr);

/* Looks up @address. @lines->nr is 0 when nothing is known; else the caller calls _fini. */
void binary_find_lines(struct binary *binary, uint64_t address, struct binary_lines *lines);
void binary_lines_fini(struct binary_lines *lines);

#endif
