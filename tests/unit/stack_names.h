/* SPDX-License-Identifier: MIT */
/*
 * What a stack of a profile looks like, for tests.
 */
#ifndef SCPROF_TESTS_UNIT_STACK_NAMES_H
#define SCPROF_TESTS_UNIT_STACK_NAMES_H

#include "profile/model/profile.h"

/*
 * Symbolises @profile and returns the names of the functions of @stack, call site first, each
 * followed by a space. The caller frees it.
 */
char *stack_names(struct profile *profile, uint32_t stack);
/* Returns the number of frames of @stack that are code. */
unsigned int stack_nr_code_frames(const struct profile *profile, uint32_t stack);

#endif
