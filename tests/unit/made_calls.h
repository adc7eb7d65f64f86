/* SPDX-License-Identifier: MIT */
/*
 * Makes profiles for the tests of findings. Each has 2000 harmless calls and lasts half a second.
 * `main`, in a.c:7 of /bin/app, calls the functions.
 */
#ifndef SCPROF_TESTS_UNIT_MADE_CALLS_H
#define SCPROF_TESTS_UNIT_MADE_CALLS_H

#include <criterion/criterion.h>
#include <errno.h>

#include "analysis/finding.h"

#define SECOND 1000000000

extern struct profile made_profile;
extern struct findings made_findings;

/*
 * Calls of @function, which `main` calls. Unless @via is NULL, it makes them through this function
 * of the C library.
 */
struct calls {
	const char *function, *syscall;
	uint64_t calls, each_ns, bytes;
	uint16_t error;
	const char *via, *process; /* process: NULL means "app" */
	bool is_vdso;
	/* In libx.so, without lines; if not NULL, it makes the calls. */
	const char *library_function;
};

/* For TestSuite(). */
void made_init(void);
void made_fini(void);
/* Removes all but the harmless calls. */
void forget_calls(void);

void add_calls(const struct calls *calls);
void add(const char *function, const char *syscall, uint64_t calls, uint64_t each_ns,
	 uint64_t bytes);
void add_failing(const char *function, const char *syscall, uint64_t calls, uint64_t each_ns,
		 uint16_t error);
void add_via(const char *function, const char *syscall, uint64_t calls, uint64_t each_ns,
	     const char *via);

/*
 * Runs all detectors. Returns the most severe finding of @kind, or NULL. It is valid until the next
 * call.
 */
const struct finding *find(const char *kind);
/*
 * expect() fails the test unless there is a finding of @kind that contains @text. expect_none()
 * fails it if there is a finding of @kind.
 */
void expect(const char *kind, const char *text);
void expect_none(const char *kind);

#endif
