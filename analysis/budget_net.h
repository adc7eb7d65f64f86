/* SPDX-License-Identifier: MIT */
/*
 * Sums over the whole program, for the built-in rule. A site may make more calls if the whole
 * program does not make more calls of this system call. Then calls have only moved, because a
 * function was renamed, inlined or split. Allocators may make somewhat more calls, because the
 * layout of the heap differs from run to run.
 */
#ifndef SCPROF_ANALYSIS_BUDGET_NET_H
#define SCPROF_ANALYSIS_BUDGET_NET_H

#include "analysis/call_sites.h"

struct budget_net {
	bool *has_grown;  /* by string id of the system call */
	bool *has_shrunk; /* the same */
	uint32_t nr;
};

/* @base and @new have the sites to compare, and use the same names. */
void budget_net_init(struct budget_net *net, const struct call_sites *base,
		     const struct call_sites *new);
void budget_net_fini(struct budget_net *net);

/* Returns true if the program makes more calls of @syscall, at all sites together. */
bool budget_net_has_grown(const struct budget_net *net, uint32_t syscall);

/* Returns true if the program makes fewer calls of @syscall, at all sites together. */
bool budget_net_has_shrunk(const struct budget_net *net, uint32_t syscall);

/*
 * Returns how many calls allocators may make if they made @calls before: a tenth more, plus four.
 * In a program with several threads, the number of heaps depends on which threads allocate at the
 * same time. So there they may make twice as many calls, plus 64.
 */
uint64_t budget_net_allocator_limit(uint64_t calls, bool has_threads);

/* Returns true if threads of the run have waited for each other. */
bool budget_net_has_threads(const struct call_sites *sites);

#endif
