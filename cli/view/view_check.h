/* SPDX-License-Identifier: MIT */
/*
 * The views of the result of `scprof check`, for people and for CI systems. Each prints to
 * view->out and does not check for write errors. Everything that comes from a profile is escaped.
 */
#ifndef SCPROF_CLI_VIEW_VIEW_CHECK_H
#define SCPROF_CLI_VIEW_VIEW_CHECK_H

#include "analysis/budget_judge.h"
#include "cli/term/terminal.h"

struct check_view {
	FILE *out;
	struct terminal terminal;
	const struct judgement *judgement;
	const char *base_path; /* or NULL */
	const char *new_path;
	const char *root;   /* source files are named relative to this directory; or NULL */
	const char *keep;   /* the command that makes this run the baseline; or NULL */
	char *const *notes; /* notes on what was compared; NULL after the last */
};

void view_check_text(const struct check_view *view);
void view_check_markdown(const struct check_view *view);
void view_check_junit(const struct check_view *view);
void view_check_github(const struct check_view *view);
void view_check_json(const struct check_view *view);
/* The formats customSmallerIsBetter of github-action-benchmark, and Bencher Metric Format. */
void view_check_benchmark(const struct check_view *view);
void view_check_bencher(const struct check_view *view);

/* Each of these returns a text, not escaped, which the caller frees. */
/* `openat in load_config (src/config.c:31): 101 calls, 1 before` */
char *check_verdict_text(const struct check_view *view, const struct verdict *verdict);
/* `101 calls, 1 before (+100, allowed 1)` */
char *check_figures_text(const struct verdict *verdict);
/* `openat in load_config (src/config.c:31)`, or `all that the rule selects` */
char *check_place_text(const struct check_view *view, const struct verdict *verdict);
/* the callers: `load_config < handle_request < main`; "" if they are unknown */
char *check_callers_text(const struct check_view *view, const struct verdict *verdict);
/* `.scprof.yml:5`, or `built in` */
char *check_rule_place(const struct check_view *view, uint32_t rule);
/* `no writes (.scprof.yml:5)`, or `built-in rule: …` */
char *check_rule_heading(const struct check_view *view, uint32_t rule);
/* A remark about the rule, apart from its verdicts; NULL: there is none. */
char *check_rule_note(const struct check_view *view, uint32_t rule);
/*
 * Returns line @nr, from 0 on, about sites that make fewer calls. Returns NULL after the last line.
 * The last line names the command that writes the new baseline.
 */
char *check_gain_text(const struct check_view *view, uint32_t nr);
/* `FAILED: 1 of 3 rules broken, 2 errors` */
char *check_summary_text(const struct check_view *view);
/* Returns true if the rule was judged. */
bool check_rule_is_judged(const struct check_view *view, uint32_t rule);

#endif
