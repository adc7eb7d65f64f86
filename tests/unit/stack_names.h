/* SPDX-License-Identifier: MIT */
/*
 * Describes a stack of a profile, for tests.
 */
#ifndef SCPROF_TESTS_UNIT_STACK_NAMES_H
#define SCPROF_TESTS_UNIT_STACK_NAMES_H

#include "profile/model/profile.h"

/*
 * Symbolises @profile. Returns the names of the functions of @stack, call site first, each followed
 * by a space. The caller frees the text.
 */
char *stack_names(struct profile *profile, uint32_t stack);
/* Returns the number of frames of @stack, without pseudo-frames. */
unsigned int stack_nr_code_frames(const struct profile *profile, uint32_t stack);

#endif
