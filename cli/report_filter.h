/* SPDX-License-Identifier: MIT */
/*
 * Which samples a report shows: those of a set of system calls, and those in whose stack some frame
 * matches a regular expression by its function, module or source file.
 */
#ifndef SCPROF_CLI_REPORT_FILTER_H
#define SCPROF_CLI_REPORT_FILTER_H

#include <regex.h>

#include "profile/profile.h"
#include "profile/syscall_set.h"

struct report_filter {
	const struct syscall_set *syscalls; /* NULL: all; borrowed */
	bool *stacks;			    /* by stack id; NULL: all */
};

/* @syscalls and @match may be NULL; @match is needed only during the call. */
void report_filter_init(struct report_filter *filter, const struct profile *profile,
			const struct syscall_set *syscalls, const regex_t *match);
void report_filter_fini(struct report_filter *filter);

bool report_filter_has(const struct report_filter *filter, const struct sample *sample);
/* True when nothing is filtered out. */
bool report_filter_is_open(const struct report_filter *filter);

#endif
