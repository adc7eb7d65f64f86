/* SPDX-License-Identifier: MIT */
/*
 * Where in a function its calls became more.
 */
#ifndef SCPROF_ANALYSIS_BUDGET_GROWN_SITE_H
#define SCPROF_ANALYSIS_BUDGET_GROWN_SITE_H

#include "analysis/call_sites.h"

/*
 * Returns the site of @place and @syscall (0: any) in @new whose calls have grown most since @base.
 */
const struct call_site *budget_grown_site(const struct call_sites *base,
					  const struct call_sites *new, uint32_t place,
					  uint32_t syscall);

#endif
