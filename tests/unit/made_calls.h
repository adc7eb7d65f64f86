/* SPDX-License-Identifier: MIT */
/*
 * Made profiles for the tests of findings. Each has 2000 harmless calls, and lasts half a second;
 * functions are `main`'s, in a.c:7 of /bin/app.
 */
#ifndef SCPROF_TESTS_UNIT_MADE_CALLS_H
#define SCPROF_TESTS_UNIT_MADE_CALLS_H

#include <criterion/criterion.h>
#include <errno.h>

#include "analysis/finding.h"

#define SECOND 1000000000

extern struct profile made_profile;
extern struct findings made_findings;

/* Calls of @function, which `main` calls, through the C library's @via unless NULL. */
struct calls {
	const char *function, *syscall;
	uint64_t calls, each_ns, bytes;
	uint16_t error;
	const char *via, *process; /* process: NULL is "app" */
	bool is_vdso;
	const char
		*library_function; /* in libx.so, without lines; it makes the calls unless NULL */
};

/* For TestSuite(). */
void made_init(void);
void made_fini(void);
/* Starts again with the harmless calls alone. */
void forget_calls(void);

void add_calls(const struct calls *calls);
void add(const char *function, const char *syscall, uint64_t calls, uint64_t each_ns,
	 uint64_t bytes);
void add_failing(const char *function, const char *syscall, uint64_t calls, uint64_t each_ns,
		 uint16_t error);
void add_via(const char *function, const char *syscall, uint64_t calls, uint64_t each_ns,
	     const char *via);

/* Finds anew; returns the gravest finding of @kind or NULL, borrowed until the next call. */
const struct finding *find(const char *kind);
/* Fails the test unless there is one of @kind that says @text, or unless there is none. */
void expect(const char *kind, const char *text);
void expect_none(const char *kind);

#endif
