/* SPDX-License-Identifier: MIT */
/*
 * The selectors of threads whose user dispatch is set by prctl (helper/trace/user_dispatch.h). A
 * selector is a byte that says whether a thread's dispatch is on. Each chunk of thread areas ends
 * with a page of selectors, one for each area. The helper switches a thread's dispatch on and off
 * by a store to the selector of its area.
 *
 * The kernel kills a thread whose selector is not readable or has a wrong value. These rules
 * prevent that:
 *
 *   - The page is read-only for the program.
 *   - The thread stops before a call that changes the page's mapping, as it does for all of
 *     scprof's memory. Then the helper makes the kernel forget the selector, or makes the call
 *     fail: see helper/gate/fast_withdraw.c.
 *   - The page stays mapped after the thread has stopped using its area. Another thread gets the
 *     area and its selector only after the first thread has ended or has executed another program.
 *     The kernel forgets the selector at an exec, and a child does not inherit it.
 */
#ifndef SCPROF_HELPER_SPACE_SELECTOR_H
#define SCPROF_HELPER_SPACE_SELECTOR_H

#include "helper/space/tracee.h"
#include "helper/trace/inject.h"

/*
 * The process has just mapped @chunk. Makes its selectors read-only in the process. Without
 * dispatch by prctl, there are none, and this does nothing.
 */
void selector_protect(struct injection *injection, struct fast_chunk *chunk);

/*
 * Returns true if @tracee has an area with a selector that the kernel does not use yet. Then the
 * caller must call selector_arm.
 */
bool selector_is_idle(const struct tracee *tracee);
/*
 * Makes the kernel use the selector of the thread's area. At first, the selector says that dispatch
 * is off.
 */
void selector_arm(struct tracee *tracee, struct injection *injection);
/*
 * Makes the kernel forget the thread's selector, if there is one. Returns false if the call has
 * failed.
 */
bool selector_disarm(struct tracee *tracee, struct injection *injection);
/* The kernel has forgotten the selectors of all threads of @process. */
void selector_see_exec(const struct process *process);

#endif
