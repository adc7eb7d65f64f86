/* SPDX-License-Identifier: MIT */
/*
 * What the fast engine has put into an address space: the gate, memory for thread areas, and
 * patched call sites.
 */
#ifndef SCPROF_HELPER_SPACE_FAST_SPACE_H
#define SCPROF_HELPER_SPACE_FAST_SPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/code/site.h"
#include "helper/space/fast_chunk.h"
#include "helper/unwind/layout.h"

struct fast_known;

/* A call site of one address space. */
struct fast_site {
	struct site site;
	uint64_t ip; /* address after the original syscall instruction */
	uint64_t stub_addr;
	struct fast_known *known; /* NULL: the site is in no file, or there are too many */
	bool is_patched;
	bool is_refused;
	const char *obstacle; /* why it could not be patched when it was last tried, or NULL */
};

/* Of fast_space.nr_sites. */
#define FAST_MAX_SITES 4096

/* Of fast_space.nr_chunks. Further threads stay traced. */
#define FAST_MAX_CHUNKS 64

/* Of fast_space.nr_restored. Then no more is patched, because each patch takes a new stub. */
#define FAST_MAX_RESTORED 64

/* Pages with stubs. */
struct fast_pool {
	uint64_t addr;
	unsigned int nr_stubs;
};

/* A file from which calls have come: see helper/gate/fast_files.h. */
struct fast_file {
	uint64_t dev;
	uint64_t inode;
};

/* Patches and the gate of one address space. A forked process starts with a copy. */
struct fast_space {
	bool is_refused;     /* there can be no gate in this address space */
	const char *refusal; /* the reason, if is_refused: for example "the program uses gs" */
	bool has_gate;
	bool is_copy;	     /* after a fork, until the helper checks has_gate */
	bool is_outdated;    /* executable regions have changed since the sites were checked */
	bool may_add;	     /* gate_data.may_add */
	bool handles_sigsys; /* gate_data.handles_sigsys */
	struct address_range noted; /* gate_data.noted; start == end: none */
	bool is_registered;	    /* for the barriers that patching needs with several threads */
	unsigned int program;	    /* fast_known_program; valid when has_gate */
	struct fast_site *sites;
	unsigned int nr_sites;
	struct fast_file *files;
	unsigned int nr_files;
	struct fast_pool *pools; /* the last one gets new stubs: see fast_memory_choose_pool */
	unsigned int nr_pools;
	unsigned int nr_restored;   /* how often the helper has restored patched code */
	struct fast_chunk **chunks; /* memory of the areas */
	unsigned int nr_chunks;
	bool locks_memory; /* mlockall(2) locks what is mapped: see helper/gate/fast_limits.c */
	bool limits_space; /* the program has set its RLIMIT_AS */
	bool is_full;	   /* the program's limits leave no room for more areas */
};

struct fast_space *fast_space_new(void);
struct fast_space *fast_space_copy(const struct fast_space *from);
void fast_space_free(struct fast_space *fast);
/* Returns the site that ends at @ip, before or after patching, or NULL. */
struct fast_site *fast_space_find_site(struct fast_space *fast, uint64_t ip);
/* Returns a new site; the addresses of others may change. */
struct fast_site *fast_space_add_site(struct fast_space *fast, uint64_t ip);
/* Only the first @nr sites remain. */
void fast_space_keep_sites(struct fast_space *fast, unsigned int nr);

/*
 * Lets the only thread @tid, which has stopped, change the protection of the code in @range
 * without a stop. Then the helper must call fast_space_forget_noted before it reads the maps,
 * before the thread makes a thread or process, and when a stack was cut.
 */
void fast_space_note_code(struct fast_space *fast, pid_t tid, struct address_range range);
/* From now on such changes stop. Returns true if there was such a range. */
bool fast_space_forget_noted(struct fast_space *fast, pid_t tid);

/*
 * There can be no gate in this address space. @why is a constant text, such as "the program uses
 * gs".
 */
void fast_space_refuse(struct fast_space *fast, const char *why);

/* Returns true if an area is free, or if the address space can get no more of them. */
bool fast_space_has_free_area(const struct fast_space *fast);
/* Returns the number of free areas. */
unsigned int fast_space_nr_free_areas(const struct fast_space *fast);
/* Takes an area. Returns its chunk, and its index in *@index. Returns NULL if no area is free. */
struct fast_chunk *fast_space_take_area(const struct fast_space *fast, unsigned int *index);

#endif
