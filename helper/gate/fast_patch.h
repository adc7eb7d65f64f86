/* SPDX-License-Identifier: MIT */
/*
 * Looking at call sites, and writing their stubs and patches.
 */
#ifndef SCPROF_HELPER_GATE_FAST_PATCH_H
#define SCPROF_HELPER_GATE_FAST_PATCH_H

#include "helper/space/fast_space.h"
#include "helper/unwind/layout.h"

/* Whether @ip ends what looks like a SITE_MOV, which is soon classified. */
bool fast_patch_is_mov(pid_t tid, uint64_t ip);
/*
 * Decides whether @site can be patched: fills site->site, or sets is_refused; and site->known
 * likewise.
 */
void fast_patch_classify(struct layout *layout, struct fast_site *site);
/*
 * Writes stub and patch to @memory (remote_memory_open). The last pool of @fast has a place for it.
 * @is_alone: no other thread can come by meanwhile. False: nothing is patched.
 */
bool fast_patch_apply(int memory, struct fast_space *fast, struct fast_site *site, bool is_alone);
/* True when the code at @site is what it is without a patch. */
bool fast_patch_is_original(int memory, const struct fast_site *site);
/* The same for the FAST_SITE_SIZE bytes from patch_addr on. */
#define FAST_SITE_SIZE (SITE_MAX_COPY + 2)
bool fast_patch_has_original(const struct site *site, const uint8_t *bytes);
/* Whether the SITE_PAD_SIZE @bytes from pad_addr on are what they are without a patch. */
bool fast_patch_has_padding(const struct site *site, const uint8_t *bytes);
/*
 * Writes the stub of @site, which site_place_stub has seen; returns its size, at most
 * FAST_STUB_SIZE.
 */
size_t fast_patch_make_stub(const struct site *site, uint8_t *bytes);
/*
 * True when the code at @site has been patched by whoever this memory was copied from; fills in the
 * rest.
 */
bool fast_patch_recover(int memory, struct fast_site *site);
/* True when the code at @site is still what was written there. */
bool fast_patch_is_there(pid_t tid, const struct fast_site *site);
/* Puts the bytes back that @site had, if the patch is still there. */
void fast_patch_restore(pid_t tid, const struct fast_site *site, bool is_alone);
/* Calls at the patched @site are all traced from now on. */
void fast_patch_bypass(pid_t tid, const struct fast_site *site);

#endif
