/* SPDX-License-Identifier: MIT */
/*
 * "Your code": the innermost frame of a stack that is not in the C library, the dynamic loader or
 * the vdso. If there is none, it is the outermost known frame.
 */
#ifndef SCPROF_ANALYSIS_USER_CODE_H
#define SCPROF_ANALYSIS_USER_CODE_H

#include "profile/model/profile.h"

enum frame_kind {
	FRAME_PSEUDO,
	FRAME_RUNTIME, /* its module is a shared C library */
	FRAME_VDSO,
	FRAME_LINKED, /* seems to be code of the C library, linked into another module */
	FRAME_OWN,
};

/*
 * Returns what kind of code @frame seems to be, without regard to its callers. In a dynamic
 * program, FRAME_LINKED is your code, too.
 */
enum frame_kind user_code_classify(const struct profile *profile, uint32_t frame);

struct user_code {
	uint32_t *frames; /* by stack id */
};

void user_code_init(struct user_code *own, const struct profile *profile);
void user_code_fini(struct user_code *own);

/* Returns the id of the "your code" frame of @stack; 0 if the stack is empty. */
uint32_t user_code_frame(const struct user_code *own, uint32_t stack);

/* Returns true if libc.a has a function @name that makes system calls for its callers. */
bool user_code_is_runtime_function(const char *name);

/*
 * Returns true if @name is the name of a system call, with or without the additions of wrappers,
 * such as `__open64_nocancel`.
 */
bool user_code_is_syscall_wrapper(const char *name);

#endif
