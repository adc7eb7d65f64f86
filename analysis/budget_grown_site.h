/* SPDX-License-Identifier: MIT */
/*
 * Finds the line of a function at which the number of calls has grown.
 */
#ifndef SCPROF_ANALYSIS_BUDGET_GROWN_SITE_H
#define SCPROF_ANALYSIS_BUDGET_GROWN_SITE_H

#include "analysis/call_sites.h"

/*
 * Returns the site of @place and @syscall (0: any) in @new whose number of calls has grown most
 * since @base. Returns NULL if @new has no such site.
 */
const struct call_site *budget_grown_site(const struct call_sites *base,
					  const struct call_sites *new, uint32_t place,
					  uint32_t syscall);

#endif
