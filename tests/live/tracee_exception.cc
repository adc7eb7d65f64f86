/* SPDX-License-Identifier: MIT */
/*
 * Makes calls in a destructor while an exception unwinds, and in the handler that catches it.
 */
#include <stdexcept>
#include <unistd.h>

namespace tracee
{

struct guard {
	__attribute__((noinline)) ~guard()
	{
		getppid();
		__asm__ volatile("" ::: "memory");
	}
};

__attribute__((noinline)) static void thrower(int i)
{
	guard in_scope;

	if (i >= 0)
		throw std::runtime_error("thrown");
}

__attribute__((noinline)) static bool catcher(int i)
{
	try {
		thrower(i);
	} catch (const std::exception &) {
		getpgrp();
		return true;
	}
	return false;
}

}

int main()
{
	int nr_caught = 0;

	for (int i = 0; i < 10; i++)
		nr_caught += tracee::catcher(i);
	return nr_caught == 10 ? 0 : 99;
}
