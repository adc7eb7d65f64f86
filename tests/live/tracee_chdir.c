/* SPDX-License-Identifier: MIT */
/*
 * Changes its directory to / before it makes its calls.
 */
#include "tests/live/tracee.h"

int main(void)
{
	CHECK(chdir("/") == 0);
	RAW_CALL0(SYS_getppid);
	return 0;
}
