/* SPDX-License-Identifier: MIT */
/*
 * A library that labels a region, which tracee_regions loads again and again. With PLUGIN_START it
 * begins the region in its constructor.
 */
#include <unistd.h>

#include "include/scprof/scprof.h"

void plugin_run(void (*call)(int));

void plugin_run(void (*call)(int))
{
	scprof_begin("plugin");
	call(3);
	scprof_end();
	call(2);
}

#ifdef PLUGIN_START
__attribute__((constructor)) static void start(void)
{
	scprof_begin("start");
	for (int i = 0; i < 3; i++)
		getppid();
	scprof_end();
}
#endif
