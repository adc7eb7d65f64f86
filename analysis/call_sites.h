/* SPDX-License-Identifier: MIT */
/*
 * What a run did, by call site, in words that hold from one build and machine to the next: names of
 * functions and modules, never addresses. Two runs are compared by making their call sites from
 * one set of names, so that what is equal has equal ids.
 *
 * Stable names: the program's own module and process have the empty name, however the file is
 * called; other modules have their file's name without directory and version (`libz.so`); functions
 * lose what compilers append (`load.part.0`, `[clone .cold]`, rustc's hash).
 */
#ifndef SCPROF_ANALYSIS_CALL_SITES_H
#define SCPROF_ANALYSIS_CALL_SITES_H

#include "profile/model/profile.h"

/* A function of a module. Places are equal when both are; the file is where it was seen first. */
struct call_place {
	uint32_t module;   /* string id; 0: the program */
	uint32_t function; /* string id; 0: not known */
	uint32_t file;	   /* string id of the source file, or 0 */
};

struct call_names {
	struct string_table strings;
	struct stack_table stacks; /* frames are place ids */
	struct call_place *places; /* place 0 is "none" */
	uint32_t nr_places;
	uint32_t places_capacity;
	struct hash_index index; /* of places */
};

struct call_site_key {
	uint32_t place;	  /* the frame of "your code" */
	uint32_t syscall; /* string id; with the ABI after it when that is not x86-64 */
	uint32_t process; /* string id; 0: the program */
	uint32_t error;	  /* errno, 0: success */
	uint32_t stack;	  /* all frames; 0: not known */
	uint32_t line;	  /* in the place's file, or 0 */
	uint32_t region;  /* string id of its label; 0: outside of all */
};

struct call_site {
	struct call_site_key key;
	uint32_t abi;
	uint32_t nr;   /* UINT32_MAX: this scprof does not know the call */
	uint32_t file; /* string id, as this run's symbols have it, or 0 */
	struct totals totals;
	uint64_t *varying; /* calls of each run when these differ; NULL: the same in each */
};

/* Facts of the run that change what calls are made. A fact that is not known is NULL. */
enum run_fact {
	RUN_COMMAND,
	RUN_ARCHITECTURE,
	RUN_KERNEL,
	RUN_LIBC,
	RUN_BUILD_ID,
	RUN_TRACE,
	RUN_START,
	NR_RUN_FACTS
};

struct call_sites {
	struct call_names *names; /* borrowed */
	struct call_site *sites;
	uint32_t nr;
	uint32_t capacity;
	struct hash_index index;
	char *facts[NR_RUN_FACTS];
	char *program;	  /* name of the program's file, for display; or NULL */
	char *scope;	  /* "what is below 'main'", when other calls are left out; or NULL */
	char *left_out;	  /* "23 calls": how many; or NULL */
	uint32_t nr_runs; /* 1, or how many `varying` holds */
	bool is_complete;
	bool has_stacks; /* keys hold stacks, lines and regions */
	bool has_time;
};

extern const char *const run_fact_names[NR_RUN_FACTS];	/* "kernel", as files name them */
extern const char *const run_fact_labels[NR_RUN_FACTS]; /* "kernel", "C library", for people */

void call_names_init(struct call_names *names);
void call_names_fini(struct call_names *names);
/* Returns the id of the place; 0 when both names are 0 and there is nothing to tell. */
uint32_t call_names_place(struct call_names *names, const struct call_place *place);
const char *call_names_text(const struct call_names *names, uint32_t string);
/*
 * Returns `load [libz.so]`, `load`, or `[program]`, for the caller to free; @program (or NULL) is
 * how the program is called.
 */
char *call_names_place_text(const struct call_names *names, uint32_t place, const char *program);

/* Each returns a stable name, for the caller to free. */
char *call_names_stable_function(const char *function);
char *call_names_stable_module(const char *path);

void call_sites_init(struct call_sites *sites, struct call_names *names);
void call_sites_fini(struct call_sites *sites);

/*
 * Adds @totals to the site of @key, which is made when there is none; @abi and @nr are its system
 * call. Returns the site, borrowed until the next call.
 */
struct call_site *call_sites_add(struct call_sites *sites, const struct call_site_key *key,
				 const struct totals *totals);
struct totals call_sites_total(const struct call_sites *sites);
void call_sites_set_fact(struct call_sites *sites, enum run_fact fact, const char *value);

/* `read`, `read (i386)`: for the caller to free; and back: false when there is no such call. */
char *call_syscall_text(uint32_t abi, uint32_t nr);
bool call_syscall_parse(const char *text, uint32_t *abi, uint32_t *nr);

#endif
