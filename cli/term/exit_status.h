/* SPDX-License-Identifier: MIT */
/*
 * The exit status of each command except `run`, which exits like the program.
 */
#ifndef SCPROF_CLI_TERM_EXIT_STATUS_H
#define SCPROF_CLI_TERM_EXIT_STATUS_H

enum {
	STATUS_OK = 0,
	STATUS_FINDING = 1, /* diff and check: something got worse */
	STATUS_USAGE = 2,
	STATUS_FAILURE = 3,
};

#endif
