/* SPDX-License-Identifier: MIT */
/*
 * Recognises the modules of a C library: glibc's or musl's, and the kernel's vdso.
 */
#ifndef SCPROF_PROFILE_SYMBOLS_C_LIBRARY_H
#define SCPROF_PROFILE_SYMBOLS_C_LIBRARY_H

#include <stdbool.h>

/* Returns true if the file name in @path is that of a part of a C library, such as "libc.so.6". */
bool c_library_has_module(const char *path);

#endif
