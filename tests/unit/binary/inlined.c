// SPDX-License-Identifier: MIT
/*
 * Functions inlined three levels deep, a static function, and one with a public and an internal
 * name.
 */
#include "tests/unit/binary/marks.h"

static inline __attribute__((always_inline)) void inner(void)
{
	MARK("inner");
}

static inline __attribute__((always_inline)) void middle(void)
{
	inner();
}

__attribute__((noinline)) void outer(void)
{
	middle();
}

__attribute__((noinline)) static void hidden(void)
{
	MARK("hidden");
}

__attribute__((noinline)) void __internal_name(void)
{
	MARK("alias");
}

extern void public_name(void) __attribute__((alias("__internal_name")));

int main(void)
{
	outer();
	hidden();
	public_name();
	MARK("main");
	return 0;
}
