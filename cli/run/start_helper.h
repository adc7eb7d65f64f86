/* SPDX-License-Identifier: MIT */
/*
 * Starting the helper from the launcher.
 */
#ifndef SCPROF_CLI_RUN_START_HELPER_H
#define SCPROF_CLI_RUN_START_HELPER_H

#include <sys/types.h>

/*
 * Forks the helper for the program @argv, which is NULL-terminated and lies in scprof's own command
 * line. @env is the helper's environment. The helper will report to @report_fd. Returns its pid,
 * and in @socket the program's end of the socket for helper_join. Returns -1 with errno if there is
 * no helper.
 */
pid_t start_helper(char *const *argv, char *const *env, int report_fd, int *socket);

#endif
