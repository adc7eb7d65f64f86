/* SPDX-License-Identifier: MIT */
/*
 * Findings: what a reader of a profile should know first. A finding says in a sentence what is
 * wasteful, or hidden, at one call site, with the figures that show it, and what to do about it.
 * doc/findings.md says when each is made.
 */
#ifndef SCPROF_ANALYSIS_FINDING_H
#define SCPROF_ANALYSIS_FINDING_H

#include "analysis/location.h"
#include "profile/model/profile.h"

enum finding_severity {
	FINDING_NOTE,	/* to be known, not necessarily to be changed */
	FINDING_MEDIUM, /* a noticeable share of the calls or of the time */
	FINDING_HIGH,	/* most of it */
};

#define FINDING_MAX_FIGURES 6

/* A number that a finding rests on. Names end in `_ns` for nanoseconds; `…bytes` are bytes. */
struct finding_figure {
	const char *name; /* NULL after the last */
	uint64_t value;
};

struct finding {
	const char *kind; /* the detector's name */
	enum finding_severity severity;
	double share; /* 0 to 1: of calls, of time in calls or of wall time, the greatest */
	struct location location; /* the call site, in your code */
	uint32_t nr;		  /* of the system call */
	uint32_t abi;		  /* enum syscall_abi */
	uint32_t process;	  /* string id of the process's name */
	struct totals totals;	  /* of the calls that it is about */
	struct finding_figure figures[FINDING_MAX_FIGURES];
	char *text;   /* one sentence, not escaped */
	char *advice; /* one or two sentences */
};

struct findings {
	struct finding *list; /* the gravest first */
	uint32_t nr;
};

/* Gives @finding a further figure. */
void finding_set_figure(struct finding *finding, const char *name, uint64_t value);

/* Frees the texts of one finding. */
void finding_fini(struct finding *finding);
void findings_fini(struct findings *findings);

/* Returns "note", "medium" or "high". */
const char *finding_severity_name(enum finding_severity severity);

#endif
