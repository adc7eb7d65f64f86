/* SPDX-License-Identifier: MIT */
/*
 * Makes the findings of a profile: runs all detectors.
 */
#ifndef SCPROF_ANALYSIS_FINDING_DETECT_H
#define SCPROF_ANALYSIS_FINDING_DETECT_H

#include "analysis/finding.h"
#include "analysis/report_filter.h"

/*
 * Makes the findings of @profile. Detectors see the whole profile, whatever @filter selects,
 * because a finding depends on the other calls, too. Then findings about call sites of which
 * @filter selects no call are dropped.
 */
void findings_init(struct findings *findings, const struct profile *profile,
		   const struct report_filter *filter);

#endif
