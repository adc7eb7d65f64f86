/* SPDX-License-Identifier: MIT */
/*
 * Which samples a report shows: those of a set of system calls, and those in whose stack some frame
 * matches regular expressions, or no frame does. A frame matches by its function, module or source
 * file.
 */
#ifndef SCPROF_ANALYSIS_REPORT_FILTER_H
#define SCPROF_ANALYSIS_REPORT_FILTER_H

#include "profile/model/profile.h"
#include "profile/syscall/syscall_set.h"

struct pattern;

struct frame_pattern {
	struct pattern *pattern;
	bool is_ignored; /* selects stacks without a frame that matches, else those with one */
};

struct report_filter {
	const struct syscall_set *syscalls; /* NULL: all; borrowed */
	bool *stacks;			    /* by stack id; NULL: all */
};

/*
 * @syscalls may be NULL; a stack must fit all @patterns, which are needed only during the call.
 * Returns NULL; or the first pattern that met a limit (pattern_failure()), and then the filter is
 * not to be used, only ended.
 */
const struct frame_pattern *report_filter_init(struct report_filter *filter,
					       const struct profile *profile,
					       const struct syscall_set *syscalls,
					       const struct frame_pattern *patterns,
					       uint32_t nr_patterns);
void report_filter_fini(struct report_filter *filter);

bool report_filter_has(const struct report_filter *filter, const struct sample *sample);
/* Returns true if nothing is filtered out. */
bool report_filter_is_open(const struct report_filter *filter);

#endif
