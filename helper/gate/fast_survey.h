/* SPDX-License-Identifier: MIT */
/*
 * Finds all call sites of a Go program at once. The Go runtime catches SIGTRAP and soon creates
 * threads. After that the helper can patch no site. So it patches them at the program's first call,
 * while there is one thread.
 */
#ifndef SCPROF_HELPER_GATE_FAST_SURVEY_H
#define SCPROF_HELPER_GATE_FAST_SURVEY_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/unwind/layout.h"

/*
 * @program (fast_known_program) makes a call at @ip. If @ip is in the file of a Go program,
 * examines all sites of the file, once for each file. Returns true if the helper can now patch
 * sites.
 */
bool fast_survey(struct layout *layout, uint64_t ip, unsigned int program);

#endif
