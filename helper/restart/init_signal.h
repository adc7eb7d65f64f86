/* SPDX-License-Identifier: MIT */
/*
 * Signals to the init process of a pid namespace. The kernel has special rules for them, and other
 * rules while the process is traced. This file hides the difference from the program.
 */
#ifndef SCPROF_HELPER_RESTART_INIT_SIGNAL_H
#define SCPROF_HELPER_RESTART_INIT_SIGNAL_H

#include <stdbool.h>

struct tracee;

/*
 * Returns true if @tracee belongs to an init process that gets @signal only because it is traced.
 * Then the caller drops the signal.
 */
bool init_signal_is_unheard(const struct tracee *tracee, int signal);
/*
 * Returns true if @tracee belongs to an init process without a handler for @signal: the signal then
 * has no effect.
 */
bool init_signal_is_shielded(const struct tracee *tracee, int signal);
/*
 * @tracee stops for @signal. Returns true if it belongs to an init process that would die of this
 * signal without a tracer. With a tracer, the thread would stop for the same signal again and
 * again.
 */
bool init_signal_is_deadly(const struct tracee *tracee, int signal);
/*
 * Detaches from the thread so that it raises @signal once more, without a tracer. The process dies
 * of it. The helper sees no more stops of this thread.
 */
void init_signal_let_die(const struct tracee *tracee, int signal);

#endif
