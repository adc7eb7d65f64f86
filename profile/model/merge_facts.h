/* SPDX-License-Identifier: MIT */
/*
 * Merges the facts of profiles. Counts are added. The fact `complete` is yes if it is yes in all
 * profiles. Of any other fact the result has all different values, sorted: the first with the key
 * itself, the others with `key#2`, `key#3` and so on, up to 16. If there were more, the result has
 * `key#more`. Private to merge.c.
 */
#ifndef SCPROF_PROFILE_MODEL_MERGE_FACTS_H
#define SCPROF_PROFILE_MODEL_MERGE_FACTS_H

#include "profile/model/profile.h"

struct merge_facts;

struct merge_facts *merge_facts_new(void);
void merge_facts_free(struct merge_facts *facts);

/* Adds the facts of @from, and the times when it began and ended. */
void merge_facts_add(struct merge_facts *facts, const struct profile *from);

/* Sets the merged facts in @to. */
void merge_facts_put(const struct merge_facts *facts, struct profile *to);

#endif
