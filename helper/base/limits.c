/* SPDX-License-Identifier: MIT */
/*
 * Raises the limits of the helper as far as possible: every process may raise a soft limit, but
 * only a privileged one may raise a hard limit (setrlimit(2)).
 */
#include "helper/base/limits.h"

#include <errno.h>
#include <stdint.h>
#include <sys/resource.h>

#include "helper/base/launcher_pipe.h"
#include "profile/util/xalloc.h"

#define MEBIBYTE (1024u * 1024)

/* What a helper needed for Python or Node.js in a measurement, plus a half. */
static const struct need {
	int resource;
	rlim_t minimum;
	const char *name;
} needs[] = {
	{ RLIMIT_AS, 32 * MEBIBYTE, "bytes of address space (ulimit -v)" },
	{ RLIMIT_DATA, 16 * MEBIBYTE, "bytes of data (ulimit -d)" },
	{ RLIMIT_NOFILE, 12, "open files (ulimit -n)" },
};

void limits_raise(void)
{
	static const int resources[] = { RLIMIT_AS,    RLIMIT_DATA,  RLIMIT_CPU,
					 RLIMIT_FSIZE, RLIMIT_STACK, RLIMIT_NOFILE };
	struct rlimit limit;

	for (unsigned int i = 0; i < sizeof(resources) / sizeof(resources[0]); i++) {
		if (getrlimit((__rlimit_resource_t)resources[i], &limit) < 0)
			continue;
		limit.rlim_cur = limit.rlim_max;
		setrlimit((__rlimit_resource_t)resources[i], &limit);
	}
	if (getrlimit(RLIMIT_CPU, &limit) == 0 && limit.rlim_max != RLIM_INFINITY)
		launcher_pipe_line("note",
				   "the CPU time limit of %lu s holds for scprof's helper too, and "
				   "the program dies with it",
				   (unsigned long)limit.rlim_max);
}

int limits_check(char **text)
{
	struct rlimit limit;

	for (unsigned int i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
		if (getrlimit((__rlimit_resource_t)needs[i].resource, &limit) < 0 ||
		    limit.rlim_cur >= needs[i].minimum)
			continue;
		*text = xasprintf("the limit of %lu %s holds for scprof's helper too, and it "
				  "needs %lu",
				  (unsigned long)limit.rlim_cur, needs[i].name,
				  (unsigned long)needs[i].minimum);
		return -EPERM;
	}
	return 0;
}
