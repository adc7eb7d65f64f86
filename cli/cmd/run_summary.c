// SPDX-License-Identifier: MIT
/*
 * The end of a run: a line about its profile, what --runs and --stats ask for, and the most severe
 * findings. The helper has already stored names in the profile, so none are looked up here.
 */
#include "cli/cmd/run_summary.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/finding_detect.h"
#include "cli/term/message.h"
#include "profile/model/runs.h"
#include "profile/model/summary.h"
#include "profile/pprof/pprof.h"

#define MAX_FINDINGS 3

static void show_findings(const struct profile *profile)
{
	struct report_filter all = { 0 };
	struct findings findings;

	findings_init(&findings, profile, &all);
	for (uint32_t i = 0; i < findings.nr && i < MAX_FINDINGS; i++)
		message_print("finding (%s): %s", finding_severity_name(findings.list[i].severity),
			      findings.list[i].text);
	findings_fini(&findings);
}

/* Where the machine, and not an option, is why every call stops. */
static void point_to_doctor(const struct profile *profile)
{
	const char *fact = profile_fact(profile, "stopped_calls");

	if (fact && strstr(fact, "another seccomp filter"))
		message_print("run 'scprof doctor' for the reasons");
}

static void show_stats(const struct profile *profile)
{
	static const char *const facts[] = {
		"engine", "interception", "timing",	     "clock",	      "fast",
		"stops",  "unwinds",	  "unpatched_sites", "stopped_calls", "helper_memory"
	};

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		const char *fact = profile_fact(profile, facts[i]);

		if (fact)
			message_print("%s: %s", facts[i], fact);
	}
	point_to_doctor(profile);
}

static void show_runs(const struct profile *profile)
{
	char *text = run_range_text(profile);

	message_print("%u runs, %s", profile->runs->nr, text);
	free(text);
}

void run_summary_print(const char *path, bool has_stats)
{
	char error[PPROF_ERROR_SIZE];
	struct profile profile;
	char *line;

	if (strcmp(path, "/dev/null") == 0)
		return;
	if (pprof_read(&profile, path, error) < 0) {
		message_print("%s", error);
		return;
	}
	line = summary_line(&profile, path);
	message_print("%s", line);
	free(line);
	if (profile.runs)
		show_runs(&profile);
	if (has_stats)
		show_stats(&profile);
	show_findings(&profile);
	profile_fini(&profile);
}
