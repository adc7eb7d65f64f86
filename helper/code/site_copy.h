/* SPDX-License-Identifier: MIT */
/*
 * Decides whether a call site can become a SITE_COPY: whether the stub can execute the instruction
 * right before the call instead. This is for sites without padding within reach.
 */
#ifndef SCPROF_HELPER_CODE_SITE_COPY_H
#define SCPROF_HELPER_CODE_SITE_COPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "helper/code/site_short.h"

/*
 * The syscall instruction of a site ends at @ip, inside @extent, and site_short_object has no
 * objection to it. Fills in @site and returns true. Otherwise returns false and does not change
 * @site. This does not consider other functions: the caller must make sure that none of them jumps
 * into the patch after its first byte.
 */
bool site_copy_classify(const struct site_extent *extent, uint64_t ip, struct site *site);
/*
 * Writes the first instruction of the stub of @site, a SITE_COPY. It has the same effect there as
 * site->copy has at the site. Returns its size.
 */
size_t site_copy_bytes(const struct site *site, uint8_t bytes[static SITE_MAX_COPY]);

#endif
