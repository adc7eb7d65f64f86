/* SPDX-License-Identifier: MIT */
/*
 * Which frames of a stack a tree leaves out because they say nothing about the program: the
 * start-up code of the C library and of language runtimes that is outside of everything else, and
 * of each run of frames in the C library all but the function by which it was entered.
 */
#ifndef SCPROF_ANALYSIS_FRAME_FOLD_H
#define SCPROF_ANALYSIS_FRAME_FOLD_H

#include "profile/model/profile.h"

struct frame_fold {
	const struct profile *profile;
	uint32_t *shown; /* by stack id: itself, or the stack farther out that stands for it */
	uint8_t *traits; /* by stack id */
	bool *wrappers;	 /* by frame id: may be a function that only makes one system call */
};

void frame_fold_init(struct frame_fold *fold, const struct profile *profile);
void frame_fold_fini(struct frame_fold *fold);

/* Returns the next shown stack outside of @stack, which is shown; 0 when there is none. */
uint32_t frame_fold_caller(const struct frame_fold *fold, uint32_t stack);
/*
 * Returns the innermost shown stack of @sample; 0 when there is none. A function of the C library
 * that does no more than make the sample's system call, as write() does, is not shown either.
 */
uint32_t frame_fold_innermost(const struct frame_fold *fold, const struct sample *sample);

/* Returns true if @name is that of code that runs before main or before the start of a thread. */
bool frame_fold_is_start_up(const char *name);

#endif
