/* SPDX-License-Identifier: MIT */
/*
 * A library that tracee_dlopen loads. It calls functions of the program and of libc through its
 * PLT. With PLUGIN_B it becomes a second library of the same size, which has other code at each
 * address.
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
