/* SPDX-License-Identifier: MIT */
/*
 * A library with a region of its own, which tracee_regions loads again and again. With PLUGIN_START it has
 * one as soon as it is loaded.
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
