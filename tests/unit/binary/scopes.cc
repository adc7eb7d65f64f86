// SPDX-License-Identifier: MIT
/*
 * Functions whose names have scopes: namespaces, templates, members of local classes, and lambdas.
 */
#include "tests/unit/binary/marks.h"

namespace outer
{
namespace
{
struct hidden {
	__attribute__((noinline)) void show(int)
	{
		MARK("hidden");
	}
};
} // namespace

template <typename type> __attribute__((noinline)) void apply(type function)
{
	function();
	MARK("template");
}
} // namespace outer

int main(int argc, char **)
{
	struct local {
		__attribute__((noinline)) void member(int)
		{
			MARK("local");
		}
	};

	local().member(argc);
	outer::hidden().show(argc);
	outer::apply([] { MARK("lambda"); });
	return 0;
}
