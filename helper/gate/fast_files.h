/* SPDX-License-Identifier: MIT */
/*
 * The files from which an address space has made calls, or is about to: see fast_loading.c. The
 * helper patches the known sites of these files only. A program may map a file without executing
 * it: valgrind translates the code of the C library and executes the translation. It must find the
 * code unchanged, and patches would not help.
 */
#ifndef SCPROF_HELPER_GATE_FAST_FILES_H
#define SCPROF_HELPER_GATE_FAST_FILES_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/space/fast_space.h"
#include "helper/unwind/layout.h"

/*
 * A thread of @fast makes a call at @ip. Returns true if this is the first call from a file, whose
 * sites may be patched from now on. Returns false if the file is noted already, or if @ip is in no
 * file.
 */
bool fast_files_see_call(struct fast_space *fast, struct layout *layout, uint64_t ip);
/* Returns true if a call has come from the file of @known. */
bool fast_files_has(const struct fast_space *fast, const struct fast_known *known);
/* The same for the file of @region. */
bool fast_files_has_region(const struct fast_space *fast, const struct region *region);

#endif
