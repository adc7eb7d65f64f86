/* SPDX-License-Identifier: MIT */
/*
 * Threads at patched call sites: the helper does the work of the instructions that a patch has
 * replaced, and moves threads between the old and the new place.
 */
#ifndef SCPROF_HELPER_SPACE_FAST_SITE_H
#define SCPROF_HELPER_SPACE_FAST_SITE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/user.h>

#include "helper/space/fast_space.h"
#include "helper/space/tracee.h"

/*
 * The thread is after the syscall instruction that @site had. Moves it to after the one that @site
 * has now.
 */
void fast_site_move_over(const struct tracee *tracee, const struct fast_site *site);

/*
 * The thread is stopped before a call at @site that creates a process or thread. The child begins
 * after the compare, with the flags that its parent has now. So the flags must say that the call
 * succeeded, even if the kernel restarts the call.
 */
void fast_site_before_birth(const struct tracee *tracee, const struct fast_site *site);

/* Returns the ip of the site with this @return_addr, or 0. */
uint64_t fast_site_ip(const struct tracee *tracee, uint64_t return_addr);

/* Returns true if calls at @site return to another place than they did before patching. */
bool fast_site_is_moved(const struct fast_site *site);

/*
 * A traced call at a patched site has returned @result. Does the work of the replaced instructions.
 * If the kernel restarts the call, moves the thread to a place where the call is traced.
 */
void fast_site_exit(struct tracee *tracee, int64_t result);

/* Sets the flags in @registers as the compare after a call with @result does. */
void fast_site_set_flags(struct user_regs_struct *registers, uint64_t result);

/*
 * A signal handler has returned, perhaps to the old syscall instruction of a site that was patched
 * since the signal arrived. If so, moves the thread.
 */
void fast_site_see_sigreturn(struct tracee *tracee);

#endif
