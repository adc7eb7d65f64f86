/* SPDX-License-Identifier: MIT */
/*
 * `scprof doctor`: tries out what scprof needs from this machine. Each check makes the system calls
 * in question, in a child process of its own where they would leave traces. Nothing is concluded
 * from version numbers.
 */
#ifndef SCPROF_CLI_DOCTOR_DOCTOR_H
#define SCPROF_CLI_DOCTOR_DOCTOR_H

#include <stdbool.h>

struct check {
	const char *name;
	bool is_ok;
	char *why;    /* what was tried, or what failed */
	char *advice; /* what to do; NULL: nothing */
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
/* Profiles a run of this program. The check "run" decides if scprof can profile here. */
void check_run(struct checks *checks);

#endif
