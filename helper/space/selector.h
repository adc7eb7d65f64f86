/* SPDX-License-Identifier: MIT */
/*
 * The selectors of threads whose user dispatch is set by prctl (helper/trace/user_dispatch.h). Each
 * chunk of thread areas ends with a page of selectors, one for each area. The helper switches a
 * thread's dispatch with the selector of its area.
 *
 * The kernel kills a thread whose selector is not readable or has a wrong value. So:
 *
 *   - The program cannot write to the page: it may only read it.
 *   - A call that changes the page's mapping stops before it is made, as for all of scprof's
 *     memory. Then the helper makes the kernel forget the selector, or the call fails: see
 *     helper/gate/fast_withdraw.c.
 *   - The page stays mapped after the thread's area has been retired. An area, and its selector, is
 *     given to another thread only when the thread has ended or executed another program. The
 *     kernel forgets the selector at an exec, and does not give it to a child.
 */
#ifndef SCPROF_HELPER_SPACE_SELECTOR_H
#define SCPROF_HELPER_SPACE_SELECTOR_H

#include "helper/space/tracee.h"
#include "helper/trace/inject.h"

/* The process has just mapped @chunk. Makes its selectors read-only there, if there are any. */
void selector_protect(struct injection *injection, struct fast_chunk *chunk);

/* Returns true if @tracee has an area with a selector, and must call selector_arm. */
bool selector_is_idle(const struct tracee *tracee);
/* Makes the kernel read the selector of the thread's area, which says that dispatch is off. */
void selector_arm(struct tracee *tracee, struct injection *injection);
/*
 * Makes the kernel forget the thread's selector, if it has one. Returns false if that has failed.
 */
bool selector_disarm(struct tracee *tracee, struct injection *injection);
/* The kernel has forgotten the selectors of all threads of @process. */
void selector_see_exec(const struct process *process);

#endif
