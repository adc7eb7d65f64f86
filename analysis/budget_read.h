/* SPDX-License-Identifier: MIT */
/*
 * Reads a budget from its YAML file.
 */
#ifndef SCPROF_ANALYSIS_BUDGET_READ_H
#define SCPROF_ANALYSIS_BUDGET_READ_H

#include "analysis/budget.h"

/*
 * Reads the budget @path and initialises @budget. Returns 0. On an error returns -errno; then
 * *@error is a line without prefix, with the line and column of the error. The caller frees it.
 * @budget holds nothing then.
 */
int budget_read(struct budget *budget, const char *path, char **error);
/* The same for @text (@size bytes); messages use @path. */
int budget_parse(struct budget *budget, const char *path, const char *text, size_t size,
		 char **error);

#endif
