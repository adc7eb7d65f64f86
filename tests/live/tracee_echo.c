/* SPDX-License-Identifier: MIT */
/*
 * Copies its standard input to its standard output, then says "end" on standard error.
 */
#include "tests/live/tracee.h"

int main(void)
{
	char block[4096];
	ssize_t length;

	while ((length = read(0, block, sizeof(block))) > 0)
		CHECK(write(1, block, (size_t)length) == length);
	fputs("end\n", stderr);
	return length < 0;
}
