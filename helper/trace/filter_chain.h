/* SPDX-License-Identifier: MIT */
/*
 * The seccomp filters that the program has installed in a thread, newest first. With them, the
 * helper knows how the kernel would answer a call before it injects one: a filter may kill the
 * program for it. Filters that are older than the run are not in the chain.
 *
 * A chain never changes. It is shared by the threads and children that inherit it.
 */
#ifndef SCPROF_HELPER_TRACE_FILTER_CHAIN_H
#define SCPROF_HELPER_TRACE_FILTER_CHAIN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct filter_chain;

/*
 * Reads the filter whose struct sock_fprog is at @addr in the memory of @tid, and returns it before
 * those of @older. @is_64 says that the structure is that of 64-bit programs. If the filter cannot
 * be read, the chain permits no call. The caller must put the chain.
 */
struct filter_chain *filter_chain_read(pid_t tid, uint64_t addr, bool is_64,
				       struct filter_chain *older);
/* Returns a chain that permits no call, before those of @older. The caller must put the chain. */
struct filter_chain *filter_chain_forbid(struct filter_chain *older);
/* Returns @chain, which may be NULL and must be put once more. */
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
