/* SPDX-License-Identifier: MIT */
/*
 * "Your code": the innermost function of a stack that does not belong to the C library, to the
 * dynamic loader, to the vdso, or to the runtime or standard library of a language
 * (runtime_table.h). Functions of an interpreted language take precedence over those in machine
 * code. If a stack has no such function, "your code" is the outermost function of the standard
 * library that shows what the runtime did (net/http, java.io). If there is none, it is the
 * innermost function of the runtime, or else the outermost known frame.
 */
#ifndef SCPROF_ANALYSIS_USER_CODE_H
#define SCPROF_ANALYSIS_USER_CODE_H

#include "analysis/location.h"
#include "profile/model/profile.h"

/*
 * Several functions may be inlined in a frame. The function with the greatest kind names the frame.
 */
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
	FRAME_LIBRARY,	/* the part of a standard library that shows what it was called for */
	FRAME_OWN,
	FRAME_SCRIPT, /* your code in an interpreted language */
};

struct user_frame {
	enum frame_kind kind;
	uint32_t nth;	      /* the inlined function that names the frame; 0: the innermost */
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
 * Does the same, but treats the runtimes of languages as your code. Only the C library, the loader
 * and the vdso are not. Baselines without the key `names` name their sites in this way.
 */
void user_code_init_modules(struct user_code *own, const struct profile *profile);
void user_code_fini(struct user_code *own);

/* Returns the id of the "your code" frame of @stack; 0 if the stack is empty. */
uint32_t user_code_frame(const struct user_code *own, uint32_t stack);
/* Returns the number of the function in that frame, as location_of() counts functions. */
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
