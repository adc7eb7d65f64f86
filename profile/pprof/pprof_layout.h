/* SPDX-License-Identifier: MIT */
/*
 * The names that represent the model in a profile.proto. Private to pprof_write.c and
 * pprof_decode.c. doc/profile-format.md explains them. With each change that an older reader would
 * misread, increase PPROF_LAYOUT_VERSION and add a file to tests/golden/.
 */
#ifndef SCPROF_PROFILE_PPROF_PPROF_LAYOUT_H
#define SCPROF_PROFILE_PPROF_PPROF_LAYOUT_H

#include <stdbool.h>

/*
 * The comment that identifies a file of scprof's. The writer puts it first; it is not a fact of the
 * model.
 */
#define PPROF_LAYOUT_KEY     "scprof_profile"
#define PPROF_LAYOUT_VERSION 1

/* The fact that the writer itself uses: the path of the program's mapping. */
#define PPROF_FACT_EXECUTABLE "executable"

enum {
	PPROF_VALUE_CALLS,
	PPROF_VALUE_ERRORS,
	PPROF_VALUE_TIME,
	PPROF_VALUE_BYTES,
	PPROF_NR_VALUES
};

struct pprof_value_type {
	const char *type;
	const char *unit;
};

static const struct pprof_value_type pprof_value_types[PPROF_NR_VALUES] = {
	[PPROF_VALUE_CALLS] = { "calls", "count" },
	[PPROF_VALUE_ERRORS] = { "errors", "count" },
	[PPROF_VALUE_TIME] = { "time", "nanoseconds" },
	[PPROF_VALUE_BYTES] = { "bytes", "bytes" },
};

enum pprof_label {
	PPROF_LABEL_SYSCALL,
	PPROF_LABEL_ABI,
	PPROF_LABEL_ERRNO,
	PPROF_LABEL_PROCESS,
	PPROF_LABEL_THREAD,
	PPROF_LABEL_PID,
	PPROF_LABEL_TID,
	PPROF_LABEL_LATENCY,
	PPROF_LABEL_FD,
	PPROF_LABEL_KIND,
	PPROF_LABEL_PATH,
	PPROF_LABEL_REGION,
	PPROF_NR_LABELS
};

static const char *const pprof_label_keys[PPROF_NR_LABELS] = {
	[PPROF_LABEL_SYSCALL] = "syscall", [PPROF_LABEL_ABI] = "abi",
	[PPROF_LABEL_ERRNO] = "errno",	   [PPROF_LABEL_PROCESS] = "process",
	[PPROF_LABEL_THREAD] = "thread",   [PPROF_LABEL_PID] = "pid",
	[PPROF_LABEL_TID] = "tid",	   [PPROF_LABEL_LATENCY] = "latency",
	[PPROF_LABEL_FD] = "fd",	   [PPROF_LABEL_KIND] = "kind",
	[PPROF_LABEL_PATH] = "path",	   [PPROF_LABEL_REGION] = "region",
};

/*
 * A label with the number of calls that one run made at a varying site. A sample has one for each
 * run.
 */
#define PPROF_LABEL_RUN_CALLS "run_calls"
#define PPROF_RUN_CALLS_UNIT  "count"

#define PPROF_LATENCY_UNIT   "nanoseconds"
#define PPROF_TRUNCATED_NAME "[truncated]"

/*
 * The greatest depth of a stack: the system call, 65536 frames as --max-frames allows, and
 * "[truncated]".
 */
#define PPROF_MAX_STACK_DEPTH 65538u
/* The largest size in bytes of an unpacked file, and the greatest number of its strings. */
#define PPROF_MAX_SIZE	  (256u << 20)
#define PPROF_MAX_STRINGS (1u << 23)

struct profile;

/*
 * Encodes and compresses @profile and writes it to @fd. If @is_quick, compresses faster and less.
 * Returns 0 or -errno.
 */
int pprof_put(const struct profile *profile, int fd, bool is_quick);

#endif
