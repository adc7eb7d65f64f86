/* SPDX-License-Identifier: MIT */
/*
 * What `scprof run` shows of a fresh profile behind its one line: the gravest findings.
 */
#ifndef SCPROF_CLI_CMD_SUMMARY_H
#define SCPROF_CLI_CMD_SUMMARY_H

#include "profile/model/profile.h"

/* Prints the text of at most @nr_findings findings, a line each, as messages. */
void summary_print_findings(const struct profile *profile, unsigned int nr_findings);

#endif
