/* SPDX-License-Identifier: MIT */
/*
 * Signals of the init process of a pid namespace. The kernel treats it in its own way, and in yet another
 * way while it is traced.
 */
#ifndef SCPROF_HELPER_INIT_SIGNAL_H
#define SCPROF_HELPER_INIT_SIGNAL_H

#include <stdbool.h>

struct tracee;

/* Whether the init process @tracee would never have got @signal without a tracer. The caller drops it then. */
bool init_signal_is_unheard(const struct tracee *tracee, int signal);
/* Whether @tracee is of an init process without a handler for @signal, on which it has no effect then. */
bool init_signal_is_shielded(const struct tracee *tracee, int signal);
/*
 * Whether the init process @tracee, which stops for @signal, would die of it without a tracer, but would be
 * stopped for it again and again with one.
 */
bool init_signal_is_deadly(const struct tracee *tracee, int signal);
/*
 * Detaches from the thread in such a way that the kernel sends it @signal once more, of which its process dies. Nothing
 * is heard of the thread from then on.
 */
void init_signal_let_die(const struct tracee *tracee, int signal);

#endif
