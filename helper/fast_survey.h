/* SPDX-License-Identifier: MIT */
/*
 * All call sites of a Go program at once. Its runtime catches SIGTRAP and soon has threads, and then no
 * site can be patched any more; so that is done at its first call, while there is one thread.
 */
#ifndef SCPROF_HELPER_FAST_SURVEY_H
#define SCPROF_HELPER_FAST_SURVEY_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/layout.h"

/*
 * @program (fast_known_program) makes a call at @ip. If that is in a Go program's file, looks at all its sites;
 * that is done once for each file. Returns true if there are sites now that can be patched.
 */
bool fast_survey(struct layout *layout, uint64_t ip, unsigned int program);

#endif
