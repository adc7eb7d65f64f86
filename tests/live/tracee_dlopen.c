/* SPDX-License-Identifier: MIT */
/*
 * Loads, uses and unloads a library five times. The library makes calls itself and calls back.
 */
#include "tests/live/tracee.h"

#include <dlfcn.h>

static void called_back(void)
{
	RAW_CALL0(SYS_getpgrp);
	BARRIER();
}

int main(int argc, char **argv)
{
	CHECK(argc == 2);
	for (int i = 0; i < 5; i++) {
		void *library = dlopen(argv[1], RTLD_NOW);
		void (*run)(void (*)(void));

		CHECK(library);
		run = (void (*)(void (*)(void)))dlsym(library, "plugin_run");
		CHECK(run);
		run(called_back);
		dlclose(library);
	}
	return 0;
}
