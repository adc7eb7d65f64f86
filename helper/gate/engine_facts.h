/* SPDX-License-Identifier: MIT */
/*
 * The facts engine, fast, unpatched_sites and stopped_calls of a profile (doc/profile-format.md).
 */
#ifndef SCPROF_HELPER_GATE_ENGINE_FACTS_H
#define SCPROF_HELPER_GATE_ENGINE_FACTS_H

#include "helper/base/run.h"

/* Sets these facts in the profile of @run, from the counts so far. */
void engine_facts_set(struct run *run);

#endif
