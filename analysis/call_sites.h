/* SPDX-License-Identifier: MIT */
/*
 * The calls of a run, by call site, in terms that are the same in each build and on each machine:
 * names of functions and modules, never addresses. To compare two runs, both use one struct
 * call_names, so that equal things have equal ids.
 *
 * Stable names: the program's own module and process have the empty name, whatever the file is
 * called. Other modules have the name of their file without directory and version (`libz.so`).
 * Functions have their name without what compilers append (`load.part.0`, `[clone .cold]`, rustc's
 * hash).
 */
#ifndef SCPROF_ANALYSIS_CALL_SITES_H
#define SCPROF_ANALYSIS_CALL_SITES_H

#include "profile/model/profile.h"

/*
 * A function of a module. Two places are equal if module and function are. The file is that of the
 * first occurrence.
 */
struct call_place {
	uint32_t module;   /* string id; 0: the program */
	uint32_t function; /* string id; 0: unknown */
	uint32_t file;	   /* string id of the source file, or 0 */
	bool is_runtime;   /* part of a C library or a language runtime (user_code.h) */
};

struct call_names {
	struct string_table strings;
	struct stack_table stacks; /* the frames of these stacks are place ids */
	struct call_place *places; /* place 0 is "none" */
	uint32_t nr_places;
	uint32_t places_capacity;
	struct hash_index index; /* of places */
};

struct call_site_key {
	uint32_t place;	  /* the place of the "your code" frame */
	uint32_t syscall; /* string id; the ABI follows the name if it is not x86-64 */
	uint32_t process; /* string id; 0: the program */
	uint32_t error;	  /* errno, 0: success */
	uint32_t stack;	  /* stack id in names->stacks; 0: unknown */
	uint32_t line;	  /* in the place's file, or 0 */
	uint32_t region;  /* string id of its label; 0: outside of all */
	uint32_t kind;	  /* enum site_kind (analysis/site_kind.h) */
};

struct call_site {
	struct call_site_key key;
	uint32_t abi;
	uint32_t nr;   /* UINT32_MAX: this version of scprof does not know the call */
	uint32_t file; /* string id of the source file in this run, or 0 */
	struct totals totals;
	uint64_t *varying; /* calls of each run; NULL: the same number in each run */
};

/* Facts that influence which calls a run makes. An unknown fact is NULL. */
enum run_fact {
	RUN_COMMAND,
	RUN_ARCHITECTURE,
	RUN_KERNEL,
	RUN_LIBC,
	RUN_BUILD_ID,
	RUN_TRACE,
	RUN_START,
	RUN_STDIN,
	RUN_STDOUT,
	RUN_STDERR,
	RUN_ENVIRONMENT,
	RUN_SKIP,  /* expressions of --skip */
	RUN_NAMES, /* RUN_NAMES_YOURS; NULL: all code outside of the C library is the user's */
	RUN_FROM,  /* only calls below this function count (profile/model/scope.h) */
	NR_RUN_FACTS
};

/* The sites are functions outside of the runtimes of languages (analysis/user_code.h). */
#define RUN_NAMES_YOURS "your code"

struct call_sites {
	struct call_names *names; /* borrowed */
	struct call_site *sites;
	uint32_t nr;
	uint32_t capacity;
	struct hash_index index;
	char *facts[NR_RUN_FACTS];
	char *program;	  /* file name of the program, to show to users; or NULL */
	char *scope;	  /* "what is below 'main'" if other calls were removed; or NULL */
	char *left_out;	  /* "23 calls": how many were removed; or NULL */
	uint32_t nr_runs; /* number of runs; if above 1, the length of each `varying` */
	bool is_complete;
	bool has_stacks; /* keys hold stacks, lines and regions */
	bool has_time;
	bool has_kinds; /* keys say which calls an allocator or a runtime makes */
	/*
	 * Sites are named as in a baseline without RUN_NAMES, and some would have another name
	 * today.
	 */
	bool has_old_names;
};

extern const char *const run_fact_names[NR_RUN_FACTS];	/* "kernel", as in files */
extern const char *const run_fact_labels[NR_RUN_FACTS]; /* "kernel", "C library", as in messages */

void call_names_init(struct call_names *names);
void call_names_fini(struct call_names *names);
/* Returns the id of @place, and adds it if it is new. Returns 0 if both names are 0. */
uint32_t call_names_place(struct call_names *names, const struct call_place *place);
const char *call_names_text(const struct call_names *names, uint32_t string);
/*
 * Returns `load [libz.so]`, `load`, or `[program]`, which the caller frees. @program (or NULL) is
 * the name of the program.
 */
char *call_names_place_text(const struct call_names *names, uint32_t place, const char *program);

/* Each of these returns a stable name, which the caller frees. */
char *call_names_stable_function(const char *function);
char *call_names_stable_module(const char *path);

void call_sites_init(struct call_sites *sites, struct call_names *names);
void call_sites_fini(struct call_sites *sites);

/*
 * Adds @totals to the site of @key; adds an empty site first if there is none. The caller sets abi
 * and nr of a new site. Returns the site; the pointer is valid until the next call.
 */
struct call_site *call_sites_add(struct call_sites *sites, const struct call_site_key *key,
				 const struct totals *totals);
struct totals call_sites_total(const struct call_sites *sites);
void call_sites_set_fact(struct call_sites *sites, enum run_fact fact, const char *value);

/*
 * The text of a system call: `read`, or `read (i386)`. The caller frees it. call_syscall_parse()
 * does the reverse, and returns false if there is no such call.
 */
char *call_syscall_text(uint32_t abi, uint32_t nr);
bool call_syscall_parse(const char *text, uint32_t *abi, uint32_t *nr);

#endif
