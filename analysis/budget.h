/* SPDX-License-Identifier: MIT */
/*
 * A budget limits what a program may do. It is a list of rules. Each rule selects call sites and
 * limits their calls, errors, bytes or time. A budget is a YAML file; scprof-check(1) describes it.
 */
#ifndef SCPROF_ANALYSIS_BUDGET_H
#define SCPROF_ANALYSIS_BUDGET_H

#include "analysis/call_sites.h"
#include "profile/syscall/syscall_set.h"

#define BUDGET_FILE    ".scprof.yml"
#define BUDGET_VERSION 1

enum budget_metric { BUDGET_CALLS, BUDGET_ERRORS, BUDGET_BYTES, BUDGET_TIME, NR_BUDGET_METRICS };
enum budget_level { BUDGET_OFF, BUDGET_WARN, BUDGET_ERROR, NR_BUDGET_LEVELS };
enum budget_per { BUDGET_PER_TOTAL, BUDGET_PER_SITE, NR_BUDGET_PERS };

extern const char *const budget_metric_names[NR_BUDGET_METRICS];
extern const char *const budget_level_names[NR_BUDGET_LEVELS];

struct pattern;

struct budget_limit {
	bool has_max;
	bool has_growth;
	bool is_percent; /* growth is a percentage of the baseline's value */
	uint64_t max;	 /* calls, errors, bytes, nanoseconds */
	double growth;
};

struct budget_rule {
	char *name;    /* never NULL */
	uint32_t line; /* in the file; 0: built in */
	enum budget_level level;
	enum budget_per per;
	bool is_none;		      /* no call is allowed */
	bool is_optional;	      /* the rule may select no call site */
	struct syscall_set *syscalls; /* NULL: all; the same for the patterns below */
	struct pattern *process;
	struct pattern *in;	/* function or file of the "your code" frame */
	struct pattern *under;	/* function or file of any frame */
	struct pattern *region; /* its label, such as `load/parse`; empty outside of all regions */
	uint32_t *errors;
	uint32_t nr_errors;
	struct budget_limit limits[NR_BUDGET_METRICS];
};

/* Rule 0 is the built-in rule: no steady site may grow. */
struct budget {
	bool is_strict; /* a site that makes fewer calls breaks the built-in rule, too */
	char *path;	/* NULL: there is no file */
	char *baseline; /* path relative to the budget's directory, or NULL */
	char **skips;	/* expressions for code that is not the user's (code_kind.h) */
	uint32_t nr_skips;
	struct budget_rule *rules;
	uint32_t nr_rules;
};

/* Makes @budget the budget that applies without a file. It has only rule 0. */
void budget_init(struct budget *budget);
void budget_fini(struct budget *budget);

/*
 * Parses an amount such as `10`, `4KiB` or `2.5ms` and stores it in *@amount. Returns false, and
 * stores nothing, if @text is not an amount of @metric.
 */
bool budget_parse_amount(const char *text, enum budget_metric metric, double *amount);

#endif
