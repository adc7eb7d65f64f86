// SPDX-License-Identifier: MIT
/*
 * The words for groups, orders and kinds of rows, as in options and JSON.
 */
#include "analysis/diff_row.h"

const char *const diff_by_names[NR_DIFF_BYS] = { "site", "syscall", "function" };
const char *const diff_sort_names[NR_DIFF_SORTS] = {
	"cost", "calls", "errors", "bytes", "time", "name",
};
const char *const diff_kind_names[NR_DIFF_KINDS] = {
	"same", "new", "gone", "grew", "shrank", "changed",
};

bool diff_row_varies(const struct diff_row *row)
{
	return row->base.calls_min != row->base.calls_max ||
	       row->new.calls_min != row->new.calls_max;
}
