/* SPDX-License-Identifier: MIT */
/*
 * Selects the samples that a report shows: those of a set of system calls, and those whose stack
 * has a frame that matches a regular expression, or has no such frame. A frame matches by its
 * function, module or source file.
 */
#ifndef SCPROF_ANALYSIS_REPORT_FILTER_H
#define SCPROF_ANALYSIS_REPORT_FILTER_H

#include "profile/model/profile.h"
#include "profile/syscall/syscall_set.h"

struct pattern;
struct waiting;

struct frame_pattern {
	struct pattern *pattern;
	bool is_ignored; /* true: selects stacks without a matching frame; false: with one */
};

struct report_filter {
	const struct syscall_set *syscalls; /* NULL: all; the caller owns it */
	bool *stacks;			    /* by stack id: true if selected; NULL: all */
	/* If not NULL, waiting calls are not selected (analysis/waiting.h). */
	const struct waiting *without;
};

/*
 * Initialises @filter. @syscalls may be NULL. A stack is selected if it satisfies all @patterns,
 * which need to live only during this call. Returns NULL. If a pattern exceeded a limit
 * (pattern_failure()), returns this pattern; then the caller may only call report_filter_fini().
 */
const struct frame_pattern *report_filter_init(struct report_filter *filter,
					       const struct profile *profile,
					       const struct syscall_set *syscalls,
					       const struct frame_pattern *patterns,
					       uint32_t nr_patterns);
void report_filter_fini(struct report_filter *filter);

bool report_filter_has(const struct report_filter *filter, const struct sample *sample);
/* Returns true if the filter selects everything, or everything but waiting calls. */
bool report_filter_is_open(const struct report_filter *filter);

#endif
