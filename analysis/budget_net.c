// SPDX-License-Identifier: MIT
/*
 * Adds up the calls of each system call in each run. The rows of a struct diff do that.
 */
#include "analysis/budget_net.h"

#include <stdlib.h>

#include "analysis/diff.h"
#include "analysis/site_kind.h"
#include "profile/util/xalloc.h"

#define ALLOCATOR_MORE	       4
#define ALLOCATOR_MORE_THREADS 64

void budget_net_init(struct budget_net *net, const struct call_sites *base,
		     const struct call_sites *new)
{
	struct diff diff;

	net->nr = new->names->strings.nr;
	net->has_grown = xcalloc(net->nr + 1, sizeof(*net->has_grown));
	net->has_shrunk = xcalloc(net->nr + 1, sizeof(*net->has_shrunk));
	diff_init(&diff, base, new, DIFF_BY_SYSCALL, DIFF_SORT_CALLS);
	for (uint32_t i = 0; i < diff.nr; i++) {
		const struct diff_row *row = &diff.rows[i];

		net->has_grown[row->syscall] = row->new.calls_max > row->base.calls_max;
		net->has_shrunk[row->syscall] = row->new.calls_max < row->base.calls_min;
	}
	diff_fini(&diff);
}

void budget_net_fini(struct budget_net *net)
{
	free(net->has_grown);
	free(net->has_shrunk);
	*net = (struct budget_net){ 0 };
}

bool budget_net_has_grown(const struct budget_net *net, uint32_t syscall)
{
	return syscall < net->nr && net->has_grown[syscall];
}

bool budget_net_has_shrunk(const struct budget_net *net, uint32_t syscall)
{
	return syscall < net->nr && net->has_shrunk[syscall];
}

uint64_t budget_net_allocator_limit(uint64_t calls, bool has_threads)
{
	return has_threads ? count_add(count_add(calls, calls), ALLOCATOR_MORE_THREADS)
			   : count_add(count_add(calls, calls / 10), ALLOCATOR_MORE);
}

bool budget_net_has_threads(const struct call_sites *sites)
{
	for (uint32_t i = 0; i < sites->nr; i++) {
		uint32_t kind = sites->sites[i].key.kind;

		if (kind == SITE_WAIT || kind == SITE_RUNTIME)
			return true;
	}
	return false;
}
