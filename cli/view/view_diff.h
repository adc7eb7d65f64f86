/* SPDX-License-Identifier: MIT */
/*
 * The views of a difference between two runs. Each prints to view->out and does not check for write
 * errors. Everything that comes from a profile is escaped.
 */
#ifndef SCPROF_CLI_VIEW_VIEW_DIFF_H
#define SCPROF_CLI_VIEW_VIEW_DIFF_H

#include "analysis/diff.h"
#include "cli/term/terminal.h"

struct diff_view {
	FILE *out;
	struct terminal terminal;
	const struct diff *diff;
	const struct diff *by_syscall; /* the difference of the same runs by system call */
	struct diff_options options;
	unsigned int limit; /* rows; 0: all */
	const char *base_path;
	const char *new_path;
	const char *root; /* source files are named relative to this directory; or NULL */
};

/* Prints the lines above the rows or the tree: commands, sums, system calls. */
void view_diff_head(const struct diff_view *view);

/* Returns how many rows of @diff differ. */
uint32_t diff_view_count(const struct diff *diff, const struct diff_options *options);

void view_diff_text(const struct diff_view *view);
/* Both runs must have stacks. */
void view_diff_tree(const struct diff_view *view);
void view_diff_json(const struct diff_view *view);
void view_diff_markdown(const struct diff_view *view);

/* Each of these returns a text, not escaped, which the caller frees. */
/* `load_config (src/config.c:31)`, with the line that makes most of the calls */
char *diff_site_text(const struct call_sites *sites, uint32_t place, const struct call_site *site,
		     const char *root);
/* `src/config.c`, relative to @root; NULL if it is unknown */
char *diff_file_text(const struct call_sites *sites, const struct call_site *site,
		     const char *root);
/* `was load_conf`, `moved to load`, `120..140 in 5 runs`, or "" */
char *diff_note_text(const struct diff *diff, const struct diff_row *row);
/* `+362 (+20.0%)`, `+362 (new)`, `0` */
char *diff_change_text(uint64_t base, uint64_t new);
/* `calls 120 -> 482 (+302%), errors ...`: the sums of both runs */
char *diff_summary_text(const struct diff *diff);
/* `fdatasync +362, write -300`: the system calls whose cost changed most */
char *diff_syscalls_text(const struct diff *by_syscall, const struct diff_options *options);

#endif
