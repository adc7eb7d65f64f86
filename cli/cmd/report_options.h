/* SPDX-License-Identifier: MIT */
/*
 * The options of `scprof report`.
 */
#ifndef SCPROF_CLI_CMD_REPORT_OPTIONS_H
#define SCPROF_CLI_CMD_REPORT_OPTIONS_H

#include "analysis/report_filter.h"
#include "cli/cmd/options.h"
#include "cli/cmd/skips.h"
#include "cli/view/view.h"

enum report_format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_FOLDED,
	FORMAT_HTML,
	FORMAT_SPEEDSCOPE,
	FORMAT_PPROF,
	NR_FORMATS
};

enum findings_mode { FINDINGS_OFF, FINDINGS_ON, NR_FINDINGS_MODES };

struct report_options {
	const char *path; /* NULL: the newest profile */
	int by;		  /* enum report_by; -1: not given */
	int sort;	  /* enum report_sort */
	int format;	  /* enum report_format */
	int color;	  /* enum color_mode */
	int findings;	  /* enum findings_mode; -1: not given */
	bool is_tree;
	bool is_callers;
	bool is_full;
	bool has_limit;
	unsigned int limit;
	double min_percent;
	bool has_percentiles;
	struct percentiles percentiles;
	bool has_histograms;
	struct syscall_set *syscalls; /* NULL: all */
	struct frame_patterns patterns;
	struct skips skips;
	bool has_wait;	    /* --wait: waiting calls are rows like others */
	const char *from;   /* NULL: all */
	const char *region; /* NULL: all */
	bool has_no_pager;
	bool wants_help;
	const char *output; /* NULL: standard output */
};

extern const char report_usage[];

/*
 * Parses the command line. Returns STATUS_OK, or STATUS_USAGE after a message. In both cases the
 * caller calls report_options_fini().
 */
int report_options_parse(struct report_options *options, int argc, char **argv);
void report_options_fini(struct report_options *options);

/* Returns true if the view shows which functions call each other: a tree or folded stacks. */
bool report_options_has_nodes(const struct report_options *options);

#endif
