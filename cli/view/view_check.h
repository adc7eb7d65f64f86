/* SPDX-License-Identifier: MIT */
/*
 * The views of what `scprof check` found, for people and for CI's machines. Each prints to
 * view->out and checks no write. Whatever comes from a profile is escaped.
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
	const char *root;   /* what source files are named relative to; or NULL */
	char *const *notes; /* on what was compared; NULL after the last */
};

void view_check_text(const struct check_view *view);
void view_check_markdown(const struct check_view *view);
void view_check_junit(const struct check_view *view);
void view_check_github(const struct check_view *view);
void view_check_json(const struct check_view *view);
/* customSmallerIsBetter of github-action-benchmark, and Bencher Metric Format. */
void view_check_benchmark(const struct check_view *view);
void view_check_bencher(const struct check_view *view);

/* Each returns a text for the caller to free, not escaped. */
/* `openat in load_config (src/config.c:31): 101 calls, 1 before` */
char *check_verdict_text(const struct check_view *view, const struct verdict *verdict);
/* `101 calls, 1 before (+100, allowed 1)` */
char *check_figures_text(const struct verdict *verdict);
/* `openat in load_config (src/config.c:31)`, or `all that the rule selects`. */
char *check_place_text(const struct check_view *view, const struct verdict *verdict);
/* `load_config < handle_request < main`: who called; empty when that is not known. */
char *check_callers_text(const struct check_view *view, const struct verdict *verdict);
/* `.scprof.yml:5`, or `built in`. */
char *check_rule_place(const struct check_view *view, uint32_t rule);
/* `no writes (.scprof.yml:5)`, or `built-in rule: …`; the caller frees it. */
char *check_rule_heading(const struct check_view *view, uint32_t rule);
/* What is to be said of the rule apart from verdicts; NULL: nothing. */
char *check_rule_note(const struct check_view *view, uint32_t rule);
/* `FAILED: 1 of 3 rules broken, 2 errors`. */
char *check_summary_text(const struct check_view *view);
/* Returns true if the rule was judged. */
bool check_rule_is_judged(const struct check_view *view, uint32_t rule);

#endif
