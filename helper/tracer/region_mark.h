/* SPDX-License-Identifier: MIT */
/*
 * The flag that include/scprof/scprof.h keeps in each program and library that uses it. The helper
 * finds it by an ELF note (helper/elf/elf_file.h). It sets the flag as soon as the memory of the
 * flag exists, so that no begin is missed. It clears the flag if the program's calls to scprof
 * would do harm.
 */
#ifndef SCPROF_HELPER_TRACER_REGION_MARK_H
#define SCPROF_HELPER_TRACER_REGION_MARK_H

#include <stdbool.h>

struct tracee;

/*
 * Sets the flags in the memory of the stopped @tracee, if that was not done yet. Returns true if
 * some cannot be set yet, because the data of a library is not mapped. Then each of the thread's
 * next calls stops, even if it is not traced, and the gate forgets the thread's stacks.
 */
bool region_mark_set(struct tracee *tracee);

/* Clears all flags in @tracee's memory, for good. Returns true if there were any. */
bool region_mark_clear(struct tracee *tracee);

#endif
