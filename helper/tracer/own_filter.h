/* SPDX-License-Identifier: MIT */
/*
 * What the helper does when the program restricts its own calls: with a seccomp filter, with
 * seccomp's strict mode, or with Syscall User Dispatch.
 */
#ifndef SCPROF_HELPER_TRACER_OWN_FILTER_H
#define SCPROF_HELPER_TRACER_OWN_FILTER_H

#include "helper/space/tracee.h"
#include "helper/tracer/tracer.h"

/*
 * The thread is about to make tracee->call. If the call installs a filter, reads the filter. If the
 * call installs the filter in all threads, the helper respects it in all threads from now on.
 */
void own_filter_before(struct tracee *tracee);
/*
 * tracee->call has succeeded. If it has restricted the thread's calls, ends the thread's regions,
 * and its use of the gate if the gate is no longer safe.
 */
void own_filter_after(struct tracer *tracer, struct tracee *tracee);

#endif
