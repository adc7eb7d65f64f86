// SPDX-License-Identifier: MIT
/*
 * The gravest findings, for the end of a run. The profile was symbolised by the one who wrote it,
 * so nothing is looked up here.
 */
#include "cli/cmd/summary.h"

#include "analysis/finding_detect.h"
#include "cli/term/message.h"

void summary_print_findings(const struct profile *profile, unsigned int nr_findings)
{
	struct report_filter all = { 0 };
	struct findings findings;

	findings_init(&findings, profile, &all);
	for (uint32_t i = 0; i < findings.nr && i < nr_findings; i++)
		message_print("finding (%s): %s", finding_severity_name(findings.list[i].severity),
			      findings.list[i].text);
	findings_fini(&findings);
}
