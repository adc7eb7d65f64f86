/* SPDX-License-Identifier: MIT */
/*
 * Makes the call sites of a profile: attributes each sample to "your code", and gives it names that
 * are the same in another build.
 */
#ifndef SCPROF_ANALYSIS_COLLECT_SITES_H
#define SCPROF_ANALYSIS_COLLECT_SITES_H

#include "analysis/call_sites.h"

/*
 * Initialises @sites from @profile; the caller calls call_sites_fini() later. Code without a symbol
 * has only the name of its module. If @other (or NULL) has the same build of that module, the name
 * also has the address, which means the same in both profiles.
 */
void collect_sites(struct call_sites *sites, struct call_names *names,
		   const struct profile *profile, const struct profile *other);

/*
 * Does the same as collect_sites(), but names the sites as baselines without RUN_NAMES do. Sets
 * has_old_names if some site would have another name today.
 */
void collect_sites_as_before(struct call_sites *sites, struct call_names *names,
			     const struct profile *profile);

#endif
