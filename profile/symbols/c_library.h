/* SPDX-License-Identifier: MIT */
/*
 * Which modules are the C library's: glibc's or musl's, or the kernel's vdso.
 */
#ifndef SCPROF_PROFILE_SYMBOLS_C_LIBRARY_H
#define SCPROF_PROFILE_SYMBOLS_C_LIBRARY_H

#include <stdbool.h>

/* Returns true if the file name of @path is that of a part of a C library, such as "libc.so.6". */
bool c_library_has_module(const char *path);

#endif
