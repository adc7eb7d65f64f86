/* SPDX-License-Identifier: MIT */
/*
 * "Your code": the innermost frame of a stack that belongs neither to the C library nor to the
 * dynamic loader nor to the vdso. When every frame does, it is the outermost frame that is known.
 */
#ifndef SCPROF_ANALYSIS_USER_CODE_H
#define SCPROF_ANALYSIS_USER_CODE_H

#include "profile/model/profile.h"

enum frame_kind {
	FRAME_PSEUDO,
	FRAME_RUNTIME, /* its module is the C library's */
	FRAME_VDSO,
	FRAME_LINKED, /* looks like the C library's, linked into another module */
	FRAME_OWN,
};

/* Returns what @frame, alone, looks like. In a dynamic program FRAME_LINKED is your code too. */
enum frame_kind user_code_classify(const struct profile *profile, uint32_t frame);

struct user_code {
	uint32_t *frames; /* by stack id */
};

void user_code_init(struct user_code *own, const struct profile *profile);
void user_code_fini(struct user_code *own);

/* Returns the frame id for @stack; 0 when the stack is empty. */
uint32_t user_code_frame(const struct user_code *own, uint32_t stack);

/* Returns true if @name is what libc.a calls a function that makes system calls for its callers. */
bool user_code_is_runtime_function(const char *name);

/*
 * Returns true if @name is a system call's, but for what wrappers have around it:
 * `__open64_nocancel`.
 */
bool user_code_is_syscall_wrapper(const char *name);

#endif
