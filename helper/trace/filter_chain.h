/* SPDX-License-Identifier: MIT */
/*
 * The seccomp filters that the program has installed in a thread, newest first. A filter may kill
 * the program for a call. So before the helper injects a call, it asks the chain whether the
 * filters allow the call. Filters that existed before the run are not in the chain.
 *
 * A chain never changes. Threads and child processes that inherit it share it.
 */
#ifndef SCPROF_HELPER_TRACE_FILTER_CHAIN_H
#define SCPROF_HELPER_TRACE_FILTER_CHAIN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct filter_chain;

/*
 * Reads the filter whose struct sock_fprog is at @addr in the memory of @tid. Returns a chain of
 * this filter and those of @older. @is_64 says that the structure has the layout of 64-bit
 * programs. If the filter cannot be read, the chain allows no call. The caller must release the
 * chain with filter_chain_put.
 */
struct filter_chain *filter_chain_read(pid_t tid, uint64_t addr, bool is_64,
				       struct filter_chain *older);
/*
 * Returns a chain that extends @older and allows no call. The caller must release it in the same
 * way.
 */
struct filter_chain *filter_chain_forbid(struct filter_chain *older);
/*
 * Adds a reference to @chain, which may be NULL, and returns @chain. The caller must release this
 * reference, too.
 */
struct filter_chain *filter_chain_ref(struct filter_chain *chain);
void filter_chain_put(struct filter_chain *chain);

/*
 * Returns true if each filter allows call @nr of a 64-bit program, made at @ip. NULL, which is the
 * empty chain, allows everything.
 */
bool filter_chain_allows(const struct filter_chain *chain, long nr, const uint64_t args[static 6],
			 uint64_t ip);
/* Returns true if one of the filters reads, or may read, the address of the syscall instruction. */
bool filter_chain_reads_ip(const struct filter_chain *chain);
/* Returns true if the newest filter of @chain could be read. */
bool filter_chain_is_known(const struct filter_chain *chain);
/* Returns true if @chain is @older, or is @older with newer filters. NULL is the empty chain. */
bool filter_chain_contains(const struct filter_chain *chain, const struct filter_chain *older);

#endif
