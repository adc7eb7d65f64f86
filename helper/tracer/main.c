/* SPDX-License-Identifier: MIT */
/*
 * scprof-helper: the helper as a separate program, for the preloaded shim, and for a launcher into
 * which foreign libraries are loaded.
 */
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "scprof/helper_spawn.h"

#define EXIT_USAGE 2

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		puts("scprof-helper " PACKAGE_VERSION);
		return 0;
	}
	if (argc == 2 && strcmp(argv[1], "--launched") == 0)
		return helper_run(HELPER_FORKED);
	if (argc == 2 && strcmp(argv[1], "--injected") == 0)
		return helper_run(HELPER_INJECTED);
	if (argc != 2 || strcmp(argv[1], "--preloaded") != 0) {
		fputs("scprof: scprof-helper is started by scprof, not by hand\n", stderr);
		return EXIT_USAGE;
	}
	return helper_run(HELPER_PRELOADED);
}
