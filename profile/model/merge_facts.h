/* SPDX-License-Identifier: MIT */
/*
 * Adding the facts of profiles up. Counts are added; `complete` is yes when all are; of other
 * facts all values that differ are kept, sorted: the first under the key itself, the others under
 * `key#2`, `key#3`, up to 16, and `key#more` says that there were more. Private to merge.c.
 */
#ifndef SCPROF_PROFILE_MODEL_MERGE_FACTS_H
#define SCPROF_PROFILE_MODEL_MERGE_FACTS_H

#include "profile/model/profile.h"

struct merge_facts;

struct merge_facts *merge_facts_new(void);
void merge_facts_free(struct merge_facts *facts);

/* Takes over the facts of @from, and when it began and ended. */
void merge_facts_add(struct merge_facts *facts, const struct profile *from);

/* Sets the sum's facts in @to. */
void merge_facts_put(const struct merge_facts *facts, struct profile *to);

#endif
