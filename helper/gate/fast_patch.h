/* SPDX-License-Identifier: MIT */
/*
 * Examines call sites, and writes their stubs and patches.
 */
#ifndef SCPROF_HELPER_GATE_FAST_PATCH_H
#define SCPROF_HELPER_GATE_FAST_PATCH_H

#include "helper/space/fast_space.h"
#include "helper/unwind/layout.h"

/* Returns true if a SITE_MOV, which can be classified quickly, seems to end at @ip. */
bool fast_patch_is_mov(pid_t tid, uint64_t ip);
/*
 * Decides whether @site can be patched. Fills in site->site or sets is_refused, and does the same
 * in site->known.
 */
void fast_patch_classify(struct layout *layout, struct fast_site *site);
/*
 * Writes the stub and the patch to @memory (remote_memory_open). The last pool of @fast has room
 * for the stub. @is_alone says that no other thread can execute the code meanwhile. Returns false
 * if nothing is patched.
 */
bool fast_patch_apply(int memory, struct fast_space *fast, struct fast_site *site, bool is_alone);
/* Returns true if the code at @site is unpatched. */
bool fast_patch_is_original(int memory, const struct fast_site *site);
/* The same for the FAST_SITE_SIZE bytes from patch_addr on. */
#define FAST_SITE_SIZE (SITE_MAX_COPY + 2)
bool fast_patch_has_original(const struct site *site, const uint8_t *bytes);
/* Returns true if the SITE_PAD_SIZE @bytes from pad_addr on are unpatched. */
bool fast_patch_has_padding(const struct site *site, const uint8_t *bytes);
/*
 * Writes the stub of @site, after site_place_stub, to @bytes. Returns its size, which is at most
 * FAST_STUB_SIZE.
 */
size_t fast_patch_make_stub(const struct site *site, uint8_t *bytes);
/*
 * Returns true if the code at @site was patched in the memory from which this memory was copied.
 * Then fills in the rest of @site.
 */
bool fast_patch_recover(int memory, struct fast_site *site);
/* Returns true if the patch at @site is still there. */
bool fast_patch_is_there(pid_t tid, const struct fast_site *site);
/* Restores the original bytes of @site, if the patch is still there. */
void fast_patch_restore(pid_t tid, const struct fast_site *site, bool is_alone);
/* Makes all calls at the patched @site traced from now on. */
void fast_patch_bypass(pid_t tid, const struct fast_site *site);

#endif
