/* SPDX-License-Identifier: MIT */
/*
 * One set of counters for the whole run.
 */
#include "helper/gate/fast_stats.h"

static struct fast_stats stats;

const struct fast_stats *fast_stats(void)
{
	return &stats;
}

struct fast_stats *fast_stats_mutable(void)
{
	return &stats;
}
