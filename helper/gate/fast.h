/* SPDX-License-Identifier: MIT */
/*
 * The fast engine, on the side of the helper. It puts the gate into a process, patches call sites,
 * adds the memos of known stacks to thread areas, and collects the counts. Calls that it cannot
 * handle stay traced, which is slower but also right.
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

/* To be called once, first of all: starts the calibration of the TSC. */
void fast_init(void);

/*
 * To be called at a thread's first stop and at the stop of an exec. Sets gs to say that the thread
 * has no area. Gives it an area at once if the memory of its process has a free one.
 */
void fast_thread_begin(struct run *run, struct tracee *tracee);
/*
 * The thread has a seccomp filter of the program, so each of its calls stops on its way from now
 * on. The gate must count none of them, or they would be counted twice.
 */
void fast_see_own_filter(struct tracee *tracee);
/*
 * Does the same as fast_space_refuse if there is a gate. From now on, all calls of this address
 * space are traced.
 */
void fast_refuse(pid_t tid, struct fast_space *fast, const char *why);

/*
 * The thread is stopped at the entry of a call with @registers. If the call is at a patched site,
 * returns the site, and sets rip in @registers to its value before patching.
 */
struct fast_site *fast_site_of_call(struct tracee *tracee, struct user_regs_struct *registers);

/*
 * An arch_prctl call has succeeded. If the program has set gs, which the gate needs, does the same
 * as fast_refuse. If it has asked for gs, hides the value that the helper has put there.
 */
void fast_see_arch_prctl(struct tracee *tracee);

#endif
