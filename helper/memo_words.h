/* SPDX-License-Identifier: MIT */
/*
 * Whether the memory that a memo's stack depends on is unchanged.
 */
#ifndef SCPROF_HELPER_MEMO_WORDS_H
#define SCPROF_HELPER_MEMO_WORDS_H

#include "helper/memo.h"
#include "helper/snapshot.h"

/*
 * Whether the words that @memo has consulted are what they were: in @snapshot, or else in the memory of
 * thread @tid; 0: they must all be in the snapshot.
 */
bool memo_words_match(const struct memo *memo, struct snapshot *snapshot, pid_t tid);

#endif
