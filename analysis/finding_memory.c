// SPDX-License-Identifier: MIT
/*
 * Findings about memory that a program repeatedly takes from the kernel and gives back. The names
 * of functions on the stack show if an allocator did it.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "analysis/finding_scan.h"
#include "profile/util/xalloc.h"

#define ALLOCATION_CALLS 1000
#define MAPPING_CALLS	 2000

static const char large_advice[] =
	"Each large block is a mapping of its own: raise M_MMAP_THRESHOLD (mallopt, or "
	"GLIBC_TUNABLES=glibc.malloc.mmap_threshold) or use the block again.";
static const char trim_advice[] =
	"free gives the end of the heap back, and malloc takes it again: raise M_TRIM_THRESHOLD and "
	"M_TOP_PAD (mallopt, or GLIBC_TUNABLES=glibc.malloc.trim_threshold).";
static const char arena_advice[] =
	"The arena of a thread grows in small steps: raise M_TOP_PAD, or limit the number of arenas "
	"(M_ARENA_MAX).";
static const char advise_advice[] =
	"The allocator returns pages that are soon used again: lengthen its decay time "
	"(jemalloc: dirty_decay_ms), or allocate less often.";

/* Describes what the allocator does. Returns NULL if it is not worth a finding. */
static const char *allocator_deed(const struct finding_scan *scan, const struct finding_site *site,
				  const char **advice)
{
	uint32_t role = site_key(site)->role;
	uint64_t freed;

	if (site->class == CLASS_ADVISE) {
		*advice = advise_advice;
		return "returns pages to the kernel";
	}
	if (site->class == CLASS_PROTECT && role == ROLE_ALLOCATE) {
		*advice = arena_advice;
		return "allocates memory by growing a thread's heap";
	}
	if (site->class == CLASS_BRK && role == ROLE_FREE) {
		*advice = trim_advice;
		return "frees memory by shrinking the heap";
	}
	if (site->class != CLASS_MAP || role != ROLE_ALLOCATE)
		return NULL;
	freed = scan_beside(scan, site, CLASS_UNMAP, ROLE_FREE).calls +
		scan_beside(scan, site, CLASS_UNMAP, ROLE_ALLOCATE).calls;
	*advice = large_advice;
	return freed >= site->done.calls / 2
		       ? "allocates memory that is mapped for it, and unmapped "
			 "when it is freed"
		       : NULL;
}

void finding_detect_allocation(struct finding_scan *scan, struct findings *findings)
{
	for (uint32_t i = 0; i < scan->nr_sites; i++) {
		const struct finding_site *site = &scan->sites[i];
		const char *deed, *advice;
		char *place;

		if (!site->is_selected || !scan_matters(scan, site, site->done.calls,
							site->done.time_ns, ALLOCATION_CALLS))
			continue;
		deed = allocator_deed(scan, site, &advice);
		if (!deed)
			continue;
		place = site_place(scan, site);
		scan_add(scan, findings, site, &site->done,
			 xasprintf("%s %s: %s is called %" PRIu64 " times", place, deed,
				   site_syscall(site), site->done.calls),
			 advice);
		free(place);
	}
}

/* Another detector reports code that maps each file that it opens. */
static bool is_mapping(struct finding_scan *scan, const struct finding_site *site,
		       uint64_t *unmapped)
{
	const struct totals *done = &site->done;

	if (site->class != CLASS_MAP || site_key(site)->role != ROLE_NONE ||
	    !scan_matters(scan, site, done->calls, done->time_ns, MAPPING_CALLS))
		return false;
	*unmapped = scan_beside(scan, site, CLASS_UNMAP, ROLE_NONE).calls;
	return *unmapped >= done->calls / 2 &&
	       scan_beside(scan, site, CLASS_OPEN, -1).calls < done->calls / 2;
}

void finding_detect_mapping(struct finding_scan *scan, struct findings *findings)
{
	for (uint32_t i = 0; i < scan->nr_sites; i++) {
		const struct finding_site *site = &scan->sites[i];
		struct finding *finding;
		uint64_t unmapped;
		char *place;

		if (!site->is_selected || !is_mapping(scan, site, &unmapped))
			continue;
		place = site_place(scan, site);
		finding = scan_add(scan, findings, site, &site->done,
				   xasprintf("%s maps memory %" PRIu64 " times (%s), and its "
					     "program unmaps %" PRIu64,
					     place, site->done.calls, site_syscall(site), unmapped),
				   "Keep a mapping and use it again: each costs two calls, page "
				   "faults and, with threads, interrupts on other CPUs.");
		finding_set_figure(finding, "unmaps", unmapped);
		free(place);
	}
}
