/* SPDX-License-Identifier: MIT */
/*
 * A library with a region of its own, which tracee_regions loads again and again.
 */
#include "include/scprof/scprof.h"

void plugin_run(void (*call)(int));

void plugin_run(void (*call)(int))
{
	scprof_begin("plugin");
	call(3);
	scprof_end();
	call(2);
}
