/* SPDX-License-Identifier: MIT */
/*
 * What is known of call sites by the file that they lie in, from all processes of the run: a
 * program that starts anew has its sites patched before it comes to them.
 */
#ifndef SCPROF_HELPER_GATE_FAST_KNOWN_H
#define SCPROF_HELPER_GATE_FAST_KNOWN_H

#include "helper/code/site.h"
#include "helper/unwind/layout.h"

struct fast_known {
	uint64_t dev;
	uint64_t inode;
	uint64_t changed_ns; /* of the file: one that is written anew is another */
	uint64_t offset;     /* of the end of the syscall instruction in the file */
	uint64_t nr_stops;
	uint64_t used_by; /* a bit for each program */
	bool is_foreseen; /* from own_sites */
	bool is_classified;
	bool is_refused;      /* valid when classified */
	const char *obstacle; /* why it was not patched when that was last tried, or NULL */
	struct site site;     /* the same, with addresses relative to the end of the instruction */
};

/* Returns what is known of the site at @ip, NULL when that is in no file or too much is known. */
struct fast_known *fast_known_get(struct layout *layout, uint64_t ip);
/* Returns the site of @known that ends at @ip. */
struct site fast_known_site(const struct fast_known *known, uint64_t ip);
void fast_known_set(struct fast_known *known, const struct site *site, uint64_t ip);
/*
 * Whether a site of @region's file has padding, patched or not, that overlaps such at file offset
 * @offset.
 */
bool fast_known_has_padding(const struct region *region, uint64_t offset);
/* A call came from a site at @ip for which there is no fast_known. Counts up to 1024 of these. */
void fast_known_note_unknown(uint64_t ip);
/* "3: an indirect jump may land inside; 1: ...": why sites are not patched; the caller frees it. */
char *fast_known_refusals(void);

/* Of the files that @layout maps, what most programs pass is known from now on. */
void fast_known_foresee(const struct layout *layout);

/* Returns the file of the program itself, or NULL. */
const struct elf_file *fast_known_executable(const struct layout *layout);
/*
 * Returns the number of the program that @layout has, below 64; the last one stands for all further
 * ones. Which sites a program used before is what it will most likely use again.
 */
unsigned int fast_known_program(const struct layout *layout);
/* A process with @program makes a call at the site. */
void fast_known_use(struct fast_known *known, unsigned int program);
/*
 * Whether @program can be expected to come to the site: it has before, or, as for a new one, half
 * of all have.
 */
bool fast_known_is_expected(const struct fast_known *known, unsigned int program);

/* Calls @visit for each patchable site that @layout maps. */
void fast_known_for_each(const struct layout *layout,
			 void (*visit)(struct fast_known *known, uint64_t ip, void *argument),
			 void *argument);

#endif
