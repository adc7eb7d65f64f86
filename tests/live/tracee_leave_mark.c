/* SPDX-License-Identifier: MIT */
/*
 * Creates the file that its argument names, so that a test can find out whether it ran.
 */
#include "tests/live/tracee.h"

#include <fcntl.h>

int main(int argc, char **argv)
{
	CHECK(argc > 1);
	close(open(argv[1], O_CREAT | O_WRONLY, 0600));
	return 7;
}
