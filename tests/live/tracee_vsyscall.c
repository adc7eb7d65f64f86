/* SPDX-License-Identifier: MIT */
/*
 * Calls gettimeofday in the vsyscall page, if the kernel has one, before each of ten calls.
 */
#include "tests/live/tracee.h"

#include <stdbool.h>
#include <sys/time.h>

static bool has_page(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512];
	bool found = false;

	CHECK(maps);
	while (fgets(line, sizeof(line), maps))
		found |= strstr(line, "[vsyscall]") != NULL;
	fclose(maps);
	return found;
}

int main(void)
{
	int (*call)(struct timeval *, void *) =
		(int (*)(struct timeval *, void *))(uintptr_t)0xffffffffff600000u;
	struct timeval now;
	bool found = has_page();

	for (int i = 0; i < 10; i++) {
		if (found)
			CHECK(call(&now, NULL) == 0);
		CHECK(RAW_CALL0(SYS_getppid) > 0);
	}
	return 0;
}
