/* SPDX-License-Identifier: MIT */
/*
 * The members that each JSON report, and each report that contains JSON, has in common:
 * doc/json.md.
 */
#ifndef SCPROF_CLI_VIEW_VIEW_JSON_H
#define SCPROF_CLI_VIEW_VIEW_JSON_H

#include <jansson.h>

#include "cli/view/view.h"

/* Returns a new object with these members. @selected are the sums of what is shown. */
json_t *view_json_document(const struct view *view, const struct totals *selected);

#endif
