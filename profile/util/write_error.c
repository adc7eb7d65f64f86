// SPDX-License-Identifier: MIT
/*
 * EFBIG means that a file exceeds RLIMIT_FSIZE and that SIGXFSZ did not kill the process
 * (setrlimit(2)). File systems return it, too, for a file that is larger than they can hold.
 */
#include "profile/util/write_error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

const char *write_error_text(int error)
{
	static _Thread_local char text[128];
	struct rlimit limit;

	if (error != EFBIG || getrlimit(RLIMIT_FSIZE, &limit) < 0 ||
	    limit.rlim_cur == RLIM_INFINITY)
		return strerror(error);
	snprintf(text, sizeof(text),
		 "File too large: the limit is %llu bytes (RLIMIT_FSIZE, ulimit -f)",
		 (unsigned long long)limit.rlim_cur);
	return text;
}
