// SPDX-License-Identifier: MIT
/*
 * A finding owns its texts. The names of its figures are constants.
 */
#include "analysis/finding.h"

#include <stdlib.h>

const char *finding_severity_name(enum finding_severity severity)
{
	static const char *const names[] = { "note", "medium", "high" };

	return names[severity];
}

void finding_set_figure(struct finding *finding, const char *name, uint64_t value)
{
	int i = 0;

	while (i + 1 < FINDING_MAX_FIGURES && finding->figures[i].name)
		i++;
	finding->figures[i] = (struct finding_figure){ name, value };
}

void finding_fini(struct finding *finding)
{
	free(finding->text);
	free(finding->advice);
}

void findings_fini(struct findings *findings)
{
	for (uint32_t i = 0; i < findings->nr; i++)
		finding_fini(&findings->list[i]);
	free(findings->list);
	*findings = (struct findings){ 0 };
}
