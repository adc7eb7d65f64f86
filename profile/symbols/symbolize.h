/* SPDX-License-Identifier: MIT */
/*
 * Finds the functions, source files and lines of a profile's frames in the binaries on this
 * machine. Uses libdw for DWARF (inlined functions, separate debug files by build id and
 * .gnu_debuglink), else the function table of a Go program (a stripped one has it too), else the
 * ELF symbol table, else the name `module+0xoffset`. Does not use a binary whose build id differs
 * from the profile's.
 */
#ifndef SCPROF_PROFILE_SYMBOLS_SYMBOLIZE_H
#define SCPROF_PROFILE_SYMBOLS_SYMBOLIZE_H

#include "profile/model/profile.h"

/*
 * Sets the lines of every frame of @profile that has none. If the binary is not on this machine, or
 * has another build id, the frame stays without lines, so that another machine can try again. If
 * the binary has no symbol there, the frame gets the function `module+0xaddress`. Code without a
 * file gets the function "[anon]".
 *
 * Opens only files that the profile names and, on this machine, debug files by build id and
 * .gnu_debuglink. If debug_server_open() was called, it also asks servers, and also about frames
 * that have only a name of module and address. Returns how many frames have no better name than
 * that.
 */
uint32_t symbolize_profile(struct profile *profile);

/*
 * Returns true if symbolize_profile() will take only milliseconds: binary_ahead.h has read all
 * files that it needs, and the names are in symbol tables.
 */
bool symbolize_is_quick(const struct profile *profile);

/*
 * Returns the name of @frame without lines: `module+0xaddress`. The module is the last component of
 * the mapping's path, and the address is that of the program headers, as addr2line(1) takes it. The
 * name of the pseudo-frame is "[truncated]". The caller frees it.
 */
char *symbolize_bare_name(const struct profile *profile, uint32_t frame);

/*
 * Returns the demangled form of @name (C++ Itanium, Rust legacy and v0), or a copy of @name if it
 * is not mangled. The caller frees it.
 */
char *symbolize_demangle(const char *name);

#endif
