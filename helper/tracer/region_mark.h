/* SPDX-License-Identifier: MIT */
/*
 * The flag that include/scprof/scprof.h keeps in each program and library that uses it: found by an
 * ELF note (helper/elf/elf_file.h), set as soon as the memory is there that holds it, so that no
 * begin is missed, and cleared where the program's calls to scprof would do harm.
 */
#ifndef SCPROF_HELPER_TRACER_REGION_MARK_H
#define SCPROF_HELPER_TRACER_REGION_MARK_H

#include <stdbool.h>

struct tracee;

/*
 * Sets the flags of what the stopped @tracee has mapped, if that was not done yet. Returns whether
 * some must wait: a library's data is not mapped yet. Then each of the thread's next calls stops,
 * whatever is traced, and what the gate knows of it is forgotten.
 */
bool region_mark_set(struct tracee *tracee);

/* Clears all flags of @tracee's memory, for good. Returns whether there were any. */
bool region_mark_clear(struct tracee *tracee);

#endif
