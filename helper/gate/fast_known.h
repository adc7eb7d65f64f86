/* SPDX-License-Identifier: MIT */
/*
 * What the helper knows about call sites, by their file, from all processes of the run. So when a
 * program is started again, the helper patches its sites before it uses them.
 */
#ifndef SCPROF_HELPER_GATE_FAST_KNOWN_H
#define SCPROF_HELPER_GATE_FAST_KNOWN_H

#include "helper/code/site.h"
#include "helper/unwind/layout.h"

struct fast_known {
	uint64_t dev;
	uint64_t inode;
	uint64_t changed_ns; /* of the file: an overwritten file is another file */
	uint64_t offset;     /* file offset of the end of the syscall instruction */
	uint64_t nr_stops;
	uint64_t used_by; /* a bit for each program */
	bool is_foreseen; /* from own_files: most programs use it */
	bool is_classified;
	bool is_refused;      /* valid if is_classified */
	const char *obstacle; /* why it was not patched at the last attempt, or NULL */
	struct site site;     /* the same; addresses are relative to the end of the instruction */
};

/*
 * Returns the record of the site at @ip, or NULL if it is in no file or there are too many. Creates
 * the record if it is new.
 */
struct fast_known *fast_known_get(struct layout *layout, uint64_t ip);
/* Returns the site of @known that ends at @ip. */
struct site fast_known_site(const struct fast_known *known, uint64_t ip);
void fast_known_set(struct fast_known *known, const struct site *site, uint64_t ip);
/*
 * Returns true if a site of @region's file uses padding, patched or not, that overlaps the padding
 * at file offset @offset.
 */
bool fast_known_has_padding(const struct region *region, uint64_t offset);
/* A call came from a site at @ip that has no fast_known. Counts up to 1024 of such sites. */
void fast_known_note_unknown(uint64_t ip);
/*
 * Returns why sites are not patched: "3: an indirect jump may land inside; 1: ...". The caller
 * frees the text.
 */
char *fast_known_refusals(void);

/* Adds those sites of the files in @layout that most programs use. */
void fast_known_foresee(const struct layout *layout);

/* Returns true if the file of @region is the C library or ld.so of when scprof was built. */
bool fast_known_is_c_library(const struct region *region);
/* Returns the file of the program itself, or NULL. */
const struct elf_file *fast_known_executable(const struct layout *layout);
/*
 * Returns the number of the program in @layout, which is below 64. All programs after the first 63
 * have the last number. A program will most likely use the same sites as before.
 */
unsigned int fast_known_program(const struct layout *layout);
/* Notes that a process with @program makes a call at the site. */
void fast_known_use(struct fast_known *known, unsigned int program);
/*
 * Returns true if @program is likely to use the site: it has used it before or, as for a new
 * program, half of all programs have.
 */
bool fast_known_is_expected(const struct fast_known *known, unsigned int program);

/*
 * Returns true if the sites of @region's file were examined when scprof was built (own_files). Then
 * adds a record for each of them that can be patched.
 */
bool fast_known_take_list(const struct region *region);

/* Calls @visit for each patchable site in @layout. */
void fast_known_for_each(const struct layout *layout,
			 void (*visit)(struct fast_known *known, uint64_t ip, void *argument),
			 void *argument);

#endif
