/* SPDX-License-Identifier: MIT */
/*
 * Examines the bytes of a file, and decides whether a call site in it can become a SITE_SHORT.
 */
#ifndef SCPROF_HELPER_GATE_FAST_SHORT_H
#define SCPROF_HELPER_GATE_FAST_SHORT_H

#include <stdint.h>

#include "helper/code/site.h"
#include "helper/unwind/layout.h"

/*
 * Examines the site whose syscall instruction ends at @ip, in @region of a file. If it can become a
 * SITE_SHORT, fills in @site and returns NULL. Otherwise returns the reason why it cannot.
 */
const char *fast_short_classify(const struct region *region, uint64_t ip, struct site *site);

#endif
