/* SPDX-License-Identifier: MIT */
/*
 * Makes calls whose numbers no kernel knows: 511 twice, 100000 and -1 once each.
 */
#include "tests/live/tracee.h"

int main(void)
{
	CHECK(RAW_CALL0(511) == -ENOSYS);
	CHECK(RAW_CALL0(511) == -ENOSYS);
	CHECK(RAW_CALL0(100000) == -ENOSYS);
	CHECK(RAW_CALL0(-1) == -ENOSYS);
	return 0;
}
