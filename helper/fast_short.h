/* SPDX-License-Identifier: MIT */
/*
 * Call sites that become a SITE_SHORT: from the bytes of the file that holds them.
 */
#ifndef SCPROF_HELPER_FAST_SHORT_H
#define SCPROF_HELPER_FAST_SHORT_H

#include <stdint.h>

#include "helper/layout.h"
#include "helper/site.h"

/*
 * Looks at the site whose syscall instruction ends at @ip, in @region of a file. Fills in @site and returns
 * NULL, or returns why it cannot be a SITE_SHORT.
 */
const char *fast_short_classify(const struct region *region, uint64_t ip, struct site *site);

#endif
