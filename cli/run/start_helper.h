/* SPDX-License-Identifier: MIT */
/*
 * Starts the helper from the launcher.
 */
#ifndef SCPROF_CLI_RUN_START_HELPER_H
#define SCPROF_CLI_RUN_START_HELPER_H

#include <sys/types.h>

/*
 * Forks the helper for the program @argv. @argv ends with NULL and is part of scprof's own command
 * line. @env is the helper's environment. The helper will report to @report_fd. Returns the
 * helper's pid and stores in @socket the program's end of the socket for helper_join(). Returns -1
 * and sets errno on an error.
 */
pid_t start_helper(char *const *argv, char *const *env, int report_fd, int *socket);

#endif
