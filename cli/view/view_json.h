/* SPDX-License-Identifier: MIT */
/*
 * What every report that is JSON, or has JSON in it, says of the profile: doc/json.md.
 */
#ifndef SCPROF_CLI_VIEW_VIEW_JSON_H
#define SCPROF_CLI_VIEW_VIEW_JSON_H

#include <jansson.h>

#include "cli/view/view.h"

/*
 * Returns a new object with the members of every report; @selected are the sums of what is shown.
 */
json_t *view_json_document(const struct view *view, const struct totals *selected);

#endif
