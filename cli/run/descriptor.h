/* SPDX-License-Identifier: MIT */
/*
 * Descriptors of the launcher, which must not have the numbers that the helper has its own at.
 */
#ifndef SCPROF_CLI_RUN_DESCRIPTOR_H
#define SCPROF_CLI_RUN_DESCRIPTOR_H

/*
 * Gives @fd a number above those that the helper uses, and close-on-exec. Returns the new number.
 * Returns @fd as it is if the limit on descriptors leaves no room there.
 */
int descriptor_move_up(int fd);

#endif
