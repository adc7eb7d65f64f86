/* SPDX-License-Identifier: MIT */
/*
 * Gives the frames of a profile their functions, files and lines, from the binaries on this
 * machine: libdw for DWARF (inlined frames, separate debug files by build id and .gnu_debuglink),
 * else the ELF symbol table, else `module+0xoffset`. A binary whose build id differs from the
 * profile's is not used.
 */
#ifndef SCPROF_PROFILE_SYMBOLS_SYMBOLIZE_H
#define SCPROF_PROFILE_SYMBOLS_SYMBOLIZE_H

#include "profile/model/profile.h"

/*
 * Gives lines to every frame of @profile that has none. A frame whose binary is not here, or is
 * another build, stays without lines: it can be tried again elsewhere. One that its binary says
 * nothing about gets a function named `module+0xaddress`; code without a file one named "[anon]".
 * Opens only files that the profile names, and debug files by build id and .gnu_debuglink, on this
 * machine; asks servers too if debug_server.h is open, and then also about frames whose only name
 * is a bare one. Returns how many frames have no name beyond module and address.
 */
uint32_t symbolize_profile(struct profile *profile);

/*
 * Whether that will take only milliseconds: all that has to be read has been, ahead
 * (binary_ahead.h), and it is symbol tables.
 */
bool symbolize_is_quick(const struct profile *profile);

/*
 * Returns what to call @frame when it has no lines: `module+0xaddress`, where module is the last
 * part of the mapping's path and address is that of the program headers, as addr2line(1) takes it;
 * or "[truncated]" for the pseudo-frame. The caller frees it.
 */
char *symbolize_bare_name(const struct profile *profile, uint32_t frame);

/*
 * Returns the demangled form of @name (C++ Itanium, Rust legacy and v0), or a copy of @name when
 * it is not mangled. The caller frees it.
 */
char *symbolize_demangle(const char *name);

#endif
