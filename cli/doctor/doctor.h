/* SPDX-License-Identifier: MIT */
/*
 * `scprof doctor`: tries what scprof needs from this machine. Each check makes the system calls in
 * question. It makes them in a child process if they would change something in this one. No check
 * relies on version numbers.
 */
#ifndef SCPROF_CLI_DOCTOR_DOCTOR_H
#define SCPROF_CLI_DOCTOR_DOCTOR_H

#include <stdbool.h>

struct check {
	const char *name;
	bool is_ok;
	char *why;    /* what was tried, or what failed */
	char *advice; /* what the user can do; NULL: nothing */
};

#define MAX_CHECKS 16

struct checks {
	struct check list[MAX_CHECKS];
	unsigned int nr;
};

/* Adds a result. Takes over @why and @advice. */
void checks_add(struct checks *checks, const char *name, bool is_ok, char *why, char *advice);
/* Returns false if there is no check of this name. */
bool checks_is_ok(const struct checks *checks, const char *name);
void checks_fini(struct checks *checks);

/* Each of these adds its checks. */
void check_tracing(struct checks *checks); /* ptrace, dispatch, filter, stops */
void check_memory(struct checks *checks);  /* gate, shared-memory */
void check_clock(struct checks *checks);   /* tsc, clock */
void check_names(struct checks *checks);   /* debug-files, debuginfod */
/* Profiles a run of scprof itself. Only this check decides whether scprof can profile here. */
void check_run(struct checks *checks);

#endif
