/* SPDX-License-Identifier: MIT */
/*
 * Finds what there is to say about a profile: runs the table of detectors.
 */
#ifndef SCPROF_ANALYSIS_FINDING_DETECT_H
#define SCPROF_ANALYSIS_FINDING_DETECT_H

#include "analysis/finding.h"
#include "analysis/report_filter.h"

/*
 * Finds what there is in @profile. All of it is looked at, whatever @filter selects, since what a
 * call is next to matters; findings about sites of which @filter selects no call are left out.
 */
void findings_init(struct findings *findings, const struct profile *profile,
		   const struct report_filter *filter);

/*
 * Returns the @nth detector's name and puts what it looks for into @summary; NULL after the last.
 */
const char *finding_detector(unsigned int nth, const char **summary);

#endif
