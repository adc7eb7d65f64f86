/* SPDX-License-Identifier: MIT */
/*
 * Syscall user dispatch (Linux 5.11): calls from code outside libc raise SIGSYS, and calls from
 * libc work.
 */
#include "tests/live/tracee.h"

#include <sys/prctl.h>

#define SET_SYSCALL_USER_DISPATCH 59
#define RANGE			  0x2000000ul

static volatile char is_blocked;

static void warm(void)
{
	for (int i = 0; i < 200; i++)
		CHECK(getppid() > 0);
}

int main(void)
{
	unsigned long libc = (unsigned long)getppid & ~0xfffffful;

	warm();
	if (prctl(SET_SYSCALL_USER_DISPATCH, 1, libc, RANGE, &is_blocked) < 0)
		return 77;
	is_blocked = 1;
	warm();
	is_blocked = 0;
	return 0;
}
