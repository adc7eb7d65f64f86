// SPDX-License-Identifier: MIT
/*
 * The library that soak_load loads and unloads. It has its own call site, which the engine has to
 * patch again after each load.
 */
#include <sys/syscall.h>

#include "tests/soak/soak_counts.h"

void soak_plugin_run(struct soak_counts *counts);

void soak_plugin_run(struct soak_counts *counts)
{
	long result = SYS_getegid;

	__atomic_fetch_add(&counts->kinds[SOAK_PLUGIN].began, 1, __ATOMIC_RELAXED);
	__asm__ volatile("syscall" : "+a"(result) : : "rcx", "r11", "memory");
	__atomic_fetch_add(&counts->kinds[SOAK_PLUGIN].ended, 1, __ATOMIC_RELAXED);
}
