/* SPDX-License-Identifier: MIT */
/*
 * The function by which decoders read code: from a file, from the memory of a process, or from a
 * test.
 */
#ifndef SCPROF_HELPER_CODE_CODE_READ_H
#define SCPROF_HELPER_CODE_CODE_READ_H

#include <stddef.h>
#include <stdint.h>

#define CODE_READ_MAX 16 /* bytes; no instruction is longer */

/* Reads up to CODE_READ_MAX bytes of code at @addr. Returns how many. */
typedef size_t code_read(uint64_t addr, uint8_t *code, void *argument);

#endif
