/* SPDX-License-Identifier: MIT */
/*
 * Whatever a program does, the helper goes on: all programs get their stops, and signals are heard.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/live/live.h"

TestSuite(gate_faults, .init = live_init, .fini = live_fini, .timeout = 120);

static void expect_sibling_lives(const char *what)
{
	struct live *live = SCPROF("--engine=fast", live_tracee("spoil"), what);

	EXPECT_EXIT(live, 0);
	cr_expect_str_eq(live->texts[0], "sibling lives\n", "with its %s spoilt", what);
}

Test(gate_faults, stop_nobody_else)
{
	static const char *const whats[] = { "entries", "cycle", "memos",  "words",
					     "self",	"data",	 "active", "nothing" };

	for (size_t i = 0; i < sizeof(whats) / sizeof(whats[0]); i++)
		expect_sibling_lives(whats[i]);
}
