/* SPDX-License-Identifier: MIT */
/*
 * The fast engine, the helper's side. The modules of this folder put the gate into processes, patch
 * call sites, teach threads the stacks that the helper has found, and collect what the threads have
 * counted. Whatever they cannot do stays traced: slower, still right. This file knows what a
 * process must be like for the engine.
 */
#ifndef SCPROF_HELPER_GATE_FAST_H
#define SCPROF_HELPER_GATE_FAST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

#include "helper/base/run.h"
#include "helper/space/fast_space.h"
#include "helper/space/tracee.h"

/* Once, before anything else: starts the calibration of the TSC. */
void fast_init(void);

/*
 * A thread's first stop, and the one at exec: it has no area, which gs must say. It gets one at
 * once if there is one in the memory that it was born with.
 */
void fast_thread_begin(struct run *run, struct tracee *tracee);
/*
 * The thread has a filter of the program's own, so from now on each of its calls stops on its way;
 * what the gate made would be counted twice.
 */
void fast_see_own_filter(struct tracee *tracee);
/*
 * As fast_space_refuse, where there is a gate: from now on all calls of this address space are
 * traced again.
 */
void fast_refuse(pid_t tid, struct fast_space *fast, const char *why);

/*
 * The thread is stopped at the entry of a call with @registers. When that is at a patched site,
 * puts their rip where it was before patching, and returns the site.
 */
struct fast_site *fast_site_of_call(struct tracee *tracee, struct user_regs_struct *registers);

/* After a successful arch_prctl: gs is the program's if it wants it. */
void fast_see_arch_prctl(struct tracee *tracee);

#endif
