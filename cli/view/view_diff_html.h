/* SPDX-License-Identifier: MIT */
/*
 * The difference as an HTML page, the one of `scprof report --format html` with other data.
 */
#ifndef SCPROF_CLI_VIEW_VIEW_DIFF_HTML_H
#define SCPROF_CLI_VIEW_VIEW_DIFF_HTML_H

#include "cli/view/view_diff.h"

/*
 * Prints to view->out. Returns 0, or -1 after a message when there is no page to print. For sites
 * without stacks, which it says on standard error, it interns some in their names.
 */
int view_diff_html(const struct diff_view *view);

#endif
