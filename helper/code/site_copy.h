/* SPDX-License-Identifier: MIT */
/*
 * Decides whether a call site can become a SITE_COPY: whether the instruction right before the call
 * can be executed in the stub instead. This way is for sites that have no padding within reach.
 */
#ifndef SCPROF_HELPER_CODE_SITE_COPY_H
#define SCPROF_HELPER_CODE_SITE_COPY_H

#include <stdbool.h>
#include <stdint.h>

#include "helper/code/site_short.h"

/*
 * The syscall instruction of a site ends at @ip, inside @extent, and site_short_object has nothing
 * against the site. Fills in @site and returns true, or returns false and leaves @site as it is. Of
 * other functions this knows nothing: the caller must see to it that they do not jump to behind the
 * first byte of the patch.
 */
bool site_copy_classify(const struct site_extent *extent, uint64_t ip, struct site *site);

#endif
