/* SPDX-License-Identifier: MIT */
/*
 * Starting the helper from the launcher.
 */
#ifndef SCPROF_CLI_RUN_START_HELPER_H
#define SCPROF_CLI_RUN_START_HELPER_H

#include <sys/types.h>

struct launch;

/*
 * Forks the helper for the program of @launch, which will report to @report_fd. Returns its pid and in @socket
 * the program's end of the socket for helper_join; or -1 with errno.
 */
pid_t start_helper(const struct launch *launch, int report_fd, int *socket);

#endif
