/* SPDX-License-Identifier: MIT */
/*
 * Call sites made by hand, of two runs with the same names.
 */
#ifndef SCPROF_TESTS_UNIT_MADE_SITES_H
#define SCPROF_TESTS_UNIT_MADE_SITES_H

#include <stdio.h>

#include "analysis/call_sites.h"

struct made_runs {
	struct call_names names;
	struct call_sites base;
	struct call_sites new;
};

void made_runs_init(struct made_runs *runs);
void made_runs_fini(struct made_runs *runs);

/*
 * Adds @calls of @syscall, all of which failed with @error unless that is 0. @stack has the
 * functions from the outermost on, with blanks between, the last being that of "your code"; a
 * function `name@file` is in that source file; a stack may be of one function.
 */
struct call_site *made_site(struct call_sites *sites, const char *stack, uint32_t line,
			    const char *syscall, uint32_t error, uint64_t calls);

/* The same, made in @region, a label. */
struct call_site *made_site_in(struct call_sites *sites, const char *region, const char *stack,
			       const char *syscall, uint64_t calls);

/* Makes @site one that had @least calls in one run and @greatest in another. */
void made_varying(struct call_sites *sites, struct call_site *site, uint64_t least,
		  uint64_t greatest);

/* Returns what @print writes of @of, for the caller to free. */
char *made_text(void (*print)(const void *of, FILE *out), const void *of);

#endif
