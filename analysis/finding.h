/* SPDX-License-Identifier: MIT */
/*
 * Findings: what a reader of a profile should know first. A finding says in a sentence what is
 * wasteful, or hidden, at one call site, shows it with figures, and says what to do.
 * doc/findings.md says when a finding is made.
 */
#ifndef SCPROF_ANALYSIS_FINDING_H
#define SCPROF_ANALYSIS_FINDING_H

#include "analysis/location.h"
#include "profile/model/profile.h"

enum finding_severity {
	FINDING_NOTE,	/* worth knowing, but not necessarily a problem */
	FINDING_MEDIUM, /* a noticeable share of the calls or of the time */
	FINDING_HIGH,	/* most of the calls or of the time */
};

#define FINDING_MAX_FIGURES 6

/*
 * A number that supports a finding. Its name ends with `_ns` for nanoseconds and with `bytes` for
 * bytes.
 */
struct finding_figure {
	const char *name; /* NULL: the previous figure was the last */
	uint64_t value;
};

struct finding {
	const char *kind; /* name of the detector */
	enum finding_severity severity;
	double share; /* 0 to 1: the largest of its shares of calls, time in calls, and wall time */
	struct location location; /* the call site, in your code */
	uint32_t nr;		  /* of the system call */
	uint32_t abi;		  /* enum syscall_abi */
	uint32_t process;	  /* string id of the process's name */
	struct totals totals;	  /* of the calls to which the finding refers */
	struct finding_figure figures[FINDING_MAX_FIGURES];
	char *text;   /* one sentence; not escaped */
	char *advice; /* one or two sentences */
};

struct findings {
	struct finding *list; /* most severe first */
	uint32_t nr;
};

/* Adds a figure to @finding. */
void finding_set_figure(struct finding *finding, const char *name, uint64_t value);

/* Frees the texts of one finding. */
void finding_fini(struct finding *finding);
void findings_fini(struct findings *findings);

/* Returns "note", "medium" or "high". */
const char *finding_severity_name(enum finding_severity severity);

#endif
