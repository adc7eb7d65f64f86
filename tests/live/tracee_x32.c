/* SPDX-License-Identifier: MIT */
/*
 * Makes 4 calls with an x32 number; a kernel without x32 answers ENOSYS.
 */
#include "tests/live/tracee.h"

#define X32_BIT 0x40000000

int main(void)
{
	for (int i = 0; i < 4; i++) {
		long result = RAW_CALL0(X32_BIT | SYS_getppid);

		CHECK(result == -ENOSYS || result == getppid());
	}
	return 0;
}
