/* SPDX-License-Identifier: MIT */
/*
 * From a profile to its call sites: samples are attributed to "your code" and named so that the
 * names hold in another build.
 */
#ifndef SCPROF_ANALYSIS_COLLECT_SITES_H
#define SCPROF_ANALYSIS_COLLECT_SITES_H

#include "analysis/call_sites.h"

/*
 * Makes @sites, which the caller ends, of @profile. Code without a symbol is named by its module
 * alone; in modules of which @other (may be NULL) has the same build it keeps its address, which
 * means the same there.
 */
void collect_sites(struct call_sites *sites, struct call_names *names,
		   const struct profile *profile, const struct profile *other);

#endif
