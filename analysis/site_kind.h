/* SPDX-License-Identifier: MIT */
/*
 * The kind of a call site: which part of the process makes the calls. A check judges the program's
 * calls site by site. It judges only the sum of all calls of allocators, because the heap's layout
 * decides which allocation needs memory from the kernel. It does not judge the calls of language
 * runtimes by default, nor calls that depend on how threads are scheduled. They differ between two
 * runs of the same program.
 */
#ifndef SCPROF_ANALYSIS_SITE_KIND_H
#define SCPROF_ANALYSIS_SITE_KIND_H

#include "analysis/call_sites.h"
#include "analysis/user_code.h"

enum site_kind {
	SITE_PROGRAM,
	SITE_ALLOCATOR, /* the allocator gets or returns memory or a thread's stack */
	SITE_RUNTIME,	/* Go's scheduler and collector, the Java VM, V8's workers, … */
	SITE_WAIT,	/* futex, wait4, sched_yield, …: their number depends on timing */
	SITE_LOADER,	/* the dynamic loader, before the program starts */
	NR_SITE_KINDS
};

/* "program", "allocator", …: the words in baselines. */
extern const char *const site_kind_names[NR_SITE_KINDS];

struct site_kinds {
	const struct profile *profile;
	const struct user_code *own;
	uint8_t *frames;  /* flags of each frame, by frame id */
	bool has_machine; /* a virtual machine, such as Java's, is mapped */
	bool *is_shared;  /* by stack id: a thread that no runtime started made calls there */
};

/*
 * @own must come from user_code_init_modules(): it names the innermost code outside of the C
 * library, which may be a runtime's. The caller keeps @profile and @own until site_kinds_fini().
 */
void site_kinds_init(struct site_kinds *kinds, const struct profile *profile,
		     const struct user_code *own);
void site_kinds_fini(struct site_kinds *kinds);
enum site_kind site_kind_of(const struct site_kinds *kinds, const struct sample_key *key);

/*
 * Returns the kind that the name of the system call and the module of the function show: SITE_WAIT,
 * SITE_LOADER, or else SITE_PROGRAM. An old baseline contains nothing else about the kind.
 */
enum site_kind site_kind_by_name(const char *syscall, const char *module);

/*
 * Returns the place that all sites of @kind, SITE_LOADER or SITE_RUNTIME, have in a baseline. A
 * baseline has one line for them.
 */
uint32_t site_kind_place(struct call_names *names, enum site_kind kind);

/*
 * Moves all sites of SITE_RUNTIME to the place of site_kind_place(). Removes lines and bytes of
 * these sites and of those of SITE_LOADER, because a baseline does not contain them.
 */
void site_kind_group(struct call_sites *sites);

/* Returns true for calls that allocators make: mmap, brk, madvise and the like. */
bool site_kind_is_memory(const char *syscall);

#endif
