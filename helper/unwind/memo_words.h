/* SPDX-License-Identifier: MIT */
/*
 * Checks that the memory on which a memo's stack depends has not changed.
 */
#ifndef SCPROF_HELPER_UNWIND_MEMO_WORDS_H
#define SCPROF_HELPER_UNWIND_MEMO_WORDS_H

#include "helper/unwind/memo.h"
#include "helper/unwind/snapshot.h"

/*
 * Returns true if the words that @memo depends on still have their values. Reads them from
 * @snapshot, or else from the memory of thread @tid. If @tid is 0, all words must be in the
 * snapshot.
 */
bool memo_words_match(const struct memo *memo, struct snapshot *snapshot, pid_t tid);

#endif
