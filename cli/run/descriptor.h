/* SPDX-License-Identifier: MIT */
/*
 * Keeps descriptors of the launcher away from the numbers that the helper uses.
 */
#ifndef SCPROF_CLI_RUN_DESCRIPTOR_H
#define SCPROF_CLI_RUN_DESCRIPTOR_H

/*
 * Moves @fd to a number above those that the helper uses, and sets close-on-exec. Returns the new
 * number. Returns @fd unchanged if the limit on descriptors leaves no room there.
 */
int descriptor_move_up(int fd);

#endif
