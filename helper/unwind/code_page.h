/* SPDX-License-Identifier: MIT */
/*
 * Pages of code that the process can write to at any time, such as those of JIT compilers. Often
 * hundreds of records wait for the helper. If it reads a page after the last of these calls, it can
 * use that copy for all of them.
 */
#ifndef SCPROF_HELPER_UNWIND_CODE_PAGE_H
#define SCPROF_HELPER_UNWIND_CODE_PAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define CODE_PAGE_NOW UINT64_MAX

/*
 * Reads the word at @addr in the memory of thread @tid. The value is the current one, or one that
 * it had at some time after the TSC was @since. Returns false if it cannot be read.
 */
bool code_page_word(pid_t tid, uint64_t addr, uint64_t since, uint64_t *value);

#endif
