/* SPDX-License-Identifier: MIT */
/*
 * Pages of code that its process can write to at any time, as JIT compilers do. Records wait for
 * the helper, often hundreds of them at once. A page that the helper reads after the last of these
 * calls is good for all of them.
 */
#ifndef SCPROF_HELPER_UNWIND_CODE_PAGE_H
#define SCPROF_HELPER_UNWIND_CODE_PAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define CODE_PAGE_NOW UINT64_MAX

/*
 * Reads the word at @addr in the memory of thread @tid, as it is now or was at some moment since
 * the TSC showed @since. Returns false when it cannot be read.
 */
bool code_page_word(pid_t tid, uint64_t addr, uint64_t since, uint64_t *value);

#endif
