/* SPDX-License-Identifier: MIT */
/*
 * The difference as an HTML page. It is the page of `scprof report --format html` with other data.
 */
#ifndef SCPROF_CLI_VIEW_VIEW_DIFF_HTML_H
#define SCPROF_CLI_VIEW_VIEW_DIFF_HTML_H

#include "cli/view/view_diff.h"

/*
 * Prints the page to view->out. Returns 0, or -1 after a message if there is no page. If the sites
 * have no stacks, says so on standard error and adds a stack for each site to their struct
 * call_names.
 */
int view_diff_html(const struct diff_view *view);

#endif
