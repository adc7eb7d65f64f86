/* SPDX-License-Identifier: MIT */
/*
 * Reads a budget from its YAML file.
 */
#ifndef SCPROF_ANALYSIS_BUDGET_READ_H
#define SCPROF_ANALYSIS_BUDGET_READ_H

#include "analysis/budget.h"

/*
 * Reads the budget @path. Returns 0; or -errno and *@error is one line without prefix, with line
 * and column of what is wrong, for the caller to free, and @budget holds nothing.
 */
int budget_read(struct budget *budget, const char *path, char **error);
/* The same from @size bytes of @text; @path is for messages. */
int budget_parse(struct budget *budget, const char *path, const char *text, size_t size,
		 char **error);

#endif
