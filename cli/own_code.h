/* SPDX-License-Identifier: MIT */
/*
 * "Your code": the innermost frame of a stack that belongs neither to the C library nor to the
 * dynamic loader nor to the vdso. When every frame does, it is the outermost frame that is known.
 */
#ifndef SCPROF_CLI_OWN_CODE_H
#define SCPROF_CLI_OWN_CODE_H

#include "profile/profile.h"

struct own_code {
	uint32_t *frames; /* by stack id */
};

void own_code_init(struct own_code *own, const struct profile *profile);
void own_code_fini(struct own_code *own);

/* Returns the frame id for @stack; 0 when the stack is empty. */
uint32_t own_code_frame(const struct own_code *own, uint32_t stack);

/* True when @name is what libc.a calls a function that makes system calls for its callers. */
bool own_code_is_runtime_function(const char *name);

#endif
