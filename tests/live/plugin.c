/* SPDX-License-Identifier: MIT */
/*
 * A library that tracee_dlopen loads; it calls back into the program and libc through its PLT. With
 * PLUGIN_B it is another one of the same size, with other code at each place.
 */
#include <unistd.h>

void plugin_run(void (*callback)(void));

__attribute__((noinline)) static void plugin_call(void (*callback)(void))
{
#ifdef PLUGIN_B
	long result, nr = 110;

	__asm__ volatile("syscall" : "=a"(result) : "0"(nr) : "rcx", "r11", "memory");
	callback();
#else
	getppid();
	callback();
#endif
	__asm__ volatile("" ::: "memory");
}

void plugin_run(void (*callback)(void))
{
	plugin_call(callback);
	__asm__ volatile("" ::: "memory");
}
