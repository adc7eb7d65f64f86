/* SPDX-License-Identifier: MIT */
/*
 * The parts of the JSON difference (doc/json.md), for views that contain it.
 */
#ifndef SCPROF_CLI_VIEW_VIEW_DIFF_JSON_H
#define SCPROF_CLI_VIEW_VIEW_DIFF_JSON_H

#include <jansson.h>

#include "cli/view/view_diff.h"

/* Return new values: an object with all members except the rows, and the array of rows. */
json_t *view_diff_json_document(const struct diff_view *view);
json_t *view_diff_json_rows(const struct diff_view *view);

#endif
