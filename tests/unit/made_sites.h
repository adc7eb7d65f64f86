/* SPDX-License-Identifier: MIT */
/*
 * Makes the call sites of two runs that use the same names.
 */
#ifndef SCPROF_TESTS_UNIT_MADE_SITES_H
#define SCPROF_TESTS_UNIT_MADE_SITES_H

#include <stdio.h>

#include "analysis/call_sites.h"
#include "analysis/site_kind.h"

struct made_runs {
	struct call_names names;
	struct call_sites base;
	struct call_sites new;
};

void made_runs_init(struct made_runs *runs);
void made_runs_fini(struct made_runs *runs);

/*
 * Adds @calls calls of @syscall. Unless @error is 0, all of them failed with it. @stack has the
 * names of functions, separated by spaces, from the outermost to that of "your code". A function
 * `name@file` is in that source file.
 */
struct call_site *made_site(struct call_sites *sites, const char *stack, uint32_t line,
			    const char *syscall, uint32_t error, uint64_t calls);

/* The same, for calls in the region with the label @region. */
struct call_site *made_site_in(struct call_sites *sites, const char *region, const char *stack,
			       const char *syscall, uint64_t calls);

/* The same, for calls of @kind. */
struct call_site *made_site_of_kind(struct call_sites *sites, enum site_kind kind,
				    const char *stack, const char *syscall, uint64_t calls);

/* Makes @site a varying site with @least calls in one run and @greatest in another. */
void made_varying(struct call_sites *sites, struct call_site *site, uint64_t least,
		  uint64_t greatest);

/* Returns what @print writes about @of. The caller frees it. */
char *made_text(void (*print)(const void *of, FILE *out), const void *of);

#endif
