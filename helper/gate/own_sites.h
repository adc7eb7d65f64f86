/* SPDX-License-Identifier: MIT */
/*
 * The patchable sites of the C library and the dynamic loader, found when scprof was built
 * (helper/gate/list_sites.c). Finding them takes 20 ms, and most programs use the same two files,
 * which are identified by their build ids. Sites of other files are classified when a program uses
 * them.
 */
#ifndef SCPROF_HELPER_GATE_OWN_SITES_H
#define SCPROF_HELPER_GATE_OWN_SITES_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/code/site.h"

struct own_site {
	uint64_t offset; /* file offset of the end of the syscall instruction */
	enum site_shape shape;
	uint32_t nr;		     /* as in struct site */
	int32_t cmp_immediate;	     /* as in struct site */
	bool is_common;		     /* most programs use this site */
	int8_t pad_distance;	     /* SITE_SHORT: from @offset to the padding */
	uint8_t pad[SITE_PAD_SIZE];  /* as in struct site */
	uint8_t copy[SITE_MAX_COPY]; /* as in struct site */
	uint8_t copy_size;	     /* as in struct site */
};

struct own_file {
	const char *build_id; /* hex */
	const struct own_site *sites;
	unsigned int nr_sites;
};

/* Ends with a build id of NULL. */
extern const struct own_file own_files[];

#endif
