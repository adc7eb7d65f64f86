/* SPDX-License-Identifier: MIT */
/*
 * Finds all call sites of a file at once. If a program handles SIGTRAP, the helper can patch no
 * site after the program has created a thread. So it patches all sites of the files that have made
 * calls before that. The Go runtime always handles SIGTRAP: the sites of a Go program are patched
 * at its first call.
 */
#ifndef SCPROF_HELPER_GATE_FAST_SURVEY_H
#define SCPROF_HELPER_GATE_FAST_SURVEY_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/space/fast_space.h"
#include "helper/unwind/layout.h"

/*
 * @program (fast_known_program) makes a call at @ip. If @ip is in the file of a Go program,
 * examines all sites of the file, once for each file. Returns true if the helper can now patch
 * sites.
 */
bool fast_survey(struct layout *layout, uint64_t ip, unsigned int program);

/*
 * Examines all sites of the files from which the process of @fast has made calls, once for each
 * file. The program of @fast is expected to use them.
 */
void fast_survey_files(struct layout *layout, struct fast_space *fast);

/*
 * Returns the lowest address above @after of a site in these files that can be patched and is not.
 * Returns 0 if there is none.
 */
uint64_t fast_survey_next(const struct layout *layout, struct fast_space *fast, uint64_t after);

#endif
