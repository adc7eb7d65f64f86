/* SPDX-License-Identifier: MIT */
/*
 * Whose calls a call site makes. A check judges the program's calls site by site. It judges the
 * calls of allocators in sum, because the heap's layout decides which allocation needs memory. The
 * calls of language runtimes, and calls that depend on how threads are scheduled, differ between
 * two runs of one program, so they are not judged by default.
 */
#ifndef SCPROF_ANALYSIS_SITE_KIND_H
#define SCPROF_ANALYSIS_SITE_KIND_H

#include "analysis/call_sites.h"
#include "analysis/user_code.h"

enum site_kind {
	SITE_PROGRAM,
	SITE_ALLOCATOR, /* the allocator gets or returns memory, or the stack of a thread */
	SITE_RUNTIME,	/* Go's scheduler and collector, the Java VM, V8's workers, … */
	SITE_WAIT, /* futex, wait4, sched_yield, …: how often depends on when something happens */
	SITE_LOADER, /* the dynamic loader, before the program starts */
	NR_SITE_KINDS
};

/* "program", "allocator", …: the words in baselines. */
extern const char *const site_kind_names[NR_SITE_KINDS];

struct site_kinds {
	const struct profile *profile;
	const struct user_code *own;
	uint8_t *frames;  /* what each frame is, by frame id */
	bool has_machine; /* a virtual machine, such as Java's, is mapped */
	bool *is_shared;  /* by stack id: not only threads of a runtime made calls there */
};

/*
 * @own is of user_code_init_modules(): the innermost code outside of the C library, which may be a
 * runtime's. The caller keeps @profile and @own until site_kinds_fini().
 */
void site_kinds_init(struct site_kinds *kinds, const struct profile *profile,
		     const struct user_code *own);
void site_kinds_fini(struct site_kinds *kinds);
enum site_kind site_kind_of(const struct site_kinds *kinds, const struct sample_key *key);

/*
 * Returns the kind as far as the name of the system call and the module of the function tell:
 * SITE_WAIT, SITE_LOADER, or else SITE_PROGRAM. That is all that old baselines have.
 */
enum site_kind site_kind_by_name(const char *syscall, const char *module);

/*
 * Returns the place of all sites of SITE_LOADER or SITE_RUNTIME in baselines, which have one line
 * for them.
 */
uint32_t site_kind_place(struct call_names *names, enum site_kind kind);

/*
 * Moves all sites of SITE_RUNTIME to that place, and removes what a baseline does not have of these
 * sites and of those of SITE_LOADER: lines and bytes.
 */
void site_kind_group(struct call_sites *sites);

/* Returns true for calls that allocators make: mmap, brk, madvise and the like. */
bool site_kind_is_memory(const char *syscall);

#endif
