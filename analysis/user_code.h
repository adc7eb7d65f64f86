/* SPDX-License-Identifier: MIT */
/*
 * "Your code": the innermost function of a stack that does not belong to the C library, to the
 * dynamic loader, to the vdso, or to the runtime or standard library of a language
 * (runtime_table.h). Functions of an interpreted language come before those in machine code. If
 * there is no such function, it is the outermost one of the standard library that says what the
 * runtime did (net/http, java.io), else the innermost one of the runtime, else the outermost known
 * frame.
 */
#ifndef SCPROF_ANALYSIS_USER_CODE_H
#define SCPROF_ANALYSIS_USER_CODE_H

#include "analysis/location.h"
#include "profile/model/profile.h"

/* Of the functions that are inlined in a frame, the one with the greatest kind names the frame. */
enum frame_kind {
	FRAME_PSEUDO,
	FRAME_RUNTIME, /* its module is a shared C library */
	FRAME_VDSO,
	/*
	 * Seems to be code of the C library that is linked into another module. In a dynamic
	 * program this is your code.
	 */
	FRAME_LINKED,
	FRAME_UNNAMED,	/* code without a name that a runtime made */
	FRAME_LANGUAGE, /* the runtime or standard library of a language */
	FRAME_LIBRARY,	/* the part of a standard library that says what it was called for */
	FRAME_OWN,
	FRAME_SCRIPT, /* your code in an interpreted language */
};

struct user_frame {
	enum frame_kind kind;
	uint32_t nth;	      /* which of its inlined functions names it; 0: the innermost */
	bool ends_in_runtime; /* the innermost of its functions is not yours */
};

struct user_code {
	const struct profile *profile;
	struct user_frame *frames; /* by frame id */
	bool *foreign;		   /* by index of profile->lines: the function is not yours */
	uint32_t *sites;	   /* by stack id: the frame of "your code" */
};

void user_code_init(struct user_code *own, const struct profile *profile);
/*
 * Knows only the C library, the loader and the vdso, and not the runtimes of languages. This is how
 * sites were named before baselines had the key `names`.
 */
void user_code_init_modules(struct user_code *own, const struct profile *profile);
void user_code_fini(struct user_code *own);

/* Returns the id of the "your code" frame of @stack; 0 if the stack is empty. */
uint32_t user_code_frame(const struct user_code *own, uint32_t stack);
/* Returns which function of that frame it is, as location_of() counts them. */
uint32_t user_code_nth(const struct user_code *own, uint32_t stack);
/* Returns the location of that function. */
struct location user_code_location(const struct user_code *own, uint32_t stack);

/* Returns true if libc.a has a function @name that makes system calls for its callers. */
bool user_code_is_runtime_function(const char *name);

/*
 * Returns true if @name is the name of a system call, with or without the additions of wrappers,
 * such as `__open64_nocancel`.
 */
bool user_code_is_syscall_wrapper(const char *name);

#endif
