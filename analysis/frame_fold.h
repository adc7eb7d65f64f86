/* SPDX-License-Identifier: MIT */
/*
 * Decides which frames of a stack a tree omits because they say nothing about the program. One kind
 * is the start-up code of the C library and of language runtimes, as long as it is outside of
 * everything else. The second kind is the inside of the C library or of a runtime. Of consecutive
 * functions there, only the one that your code called is shown. The third kind is a runtime that
 * called your code. A stack without any of your code keeps the frames of its runtime.
 */
#ifndef SCPROF_ANALYSIS_FRAME_FOLD_H
#define SCPROF_ANALYSIS_FRAME_FOLD_H

#include "analysis/user_code.h"

struct frame_fold {
	const struct profile *profile;
	struct user_code own;
	uint32_t *roots; /* by stack id: the pseudo-frame at its outer end, or 0 */
	uint32_t *shown; /* by stack id: itself, or the stack farther out that is shown instead */
	uint8_t *traits; /* by stack id */
	bool *wrappers;	 /* by frame id: may be a function that only makes a system call */
};

void frame_fold_init(struct frame_fold *fold, const struct profile *profile);
void frame_fold_fini(struct frame_fold *fold);

/*
 * Returns the next shown stack outside of @stack, which must be shown. Returns 0 if there is none.
 */
uint32_t frame_fold_caller(const struct frame_fold *fold, uint32_t stack);
/*
 * Returns true if a tree must omit the @nth function that is inlined in the innermost frame of
 * @stack.
 */
bool frame_fold_hides(const struct frame_fold *fold, uint32_t stack, uint32_t nth);
/*
 * Returns the innermost shown stack of @sample; 0 if there is none. Skips a function of the C
 * library that only makes the sample's system call, such as write().
 */
uint32_t frame_fold_innermost(const struct frame_fold *fold, const struct sample *sample);

/*
 * Returns true if @name is a function that runs before main or before the start function of a
 * thread.
 */
bool frame_fold_is_start_up(const char *name);

#endif
