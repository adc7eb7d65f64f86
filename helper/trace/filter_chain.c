/* SPDX-License-Identifier: MIT */
/*
 * The result of a filter depends only on the call (seccomp(2)). So the helper can calculate the
 * result before the thread makes the call.
 */
#include "helper/trace/filter_chain.h"

#include <linux/audit.h>
#include <stdlib.h>
#include <string.h>

#include "helper/trace/bpf.h"
#include "helper/trace/remote_memory.h"
#include "profile/util/xalloc.h"

struct filter_chain {
	unsigned int refs;
	struct filter_chain *older;
	uint32_t nr; /* 0: the filter could not be read */
	struct sock_filter insns[];
};

/* struct sock_fprog of <linux/filter.h>, and its form in 32-bit and x32 programs. */
struct fprog_64 {
	uint16_t len;
	uint64_t insns_addr;
};

struct fprog_32 {
	uint16_t len;
	uint32_t insns_addr;
};

static bool read_header(pid_t tid, uint64_t addr, bool is_64, struct fprog_64 *program)
{
	struct fprog_32 short_form;

	if (is_64)
		return remote_memory_read(tid, addr, program, sizeof(*program)) == sizeof(*program);
	if (remote_memory_read(tid, addr, &short_form, sizeof(short_form)) != sizeof(short_form))
		return false;
	*program = (struct fprog_64){ short_form.len, short_form.insns_addr };
	return true;
}

static struct filter_chain *new_chain(uint32_t nr, struct filter_chain *older)
{
	struct filter_chain *chain = xcalloc(1, sizeof(*chain) + nr * sizeof(chain->insns[0]));

	chain->refs = 1;
	chain->older = filter_chain_ref(older);
	chain->nr = nr;
	return chain;
}

struct filter_chain *filter_chain_forbid(struct filter_chain *older)
{
	return new_chain(0, older);
}

struct filter_chain *filter_chain_read(pid_t tid, uint64_t addr, bool is_64,
				       struct filter_chain *older)
{
	struct filter_chain *chain;
	struct fprog_64 program;
	size_t size;

	if (!read_header(tid, addr, is_64, &program) || program.len > BPF_MAXINSNS)
		return filter_chain_forbid(older);
	chain = new_chain(program.len, older);
	size = program.len * sizeof(chain->insns[0]);
	if (remote_memory_read(tid, program.insns_addr, chain->insns, size) != size)
		chain->nr = 0;
	return chain;
}

struct filter_chain *filter_chain_ref(struct filter_chain *chain)
{
	if (chain)
		chain->refs++;
	return chain;
}

void filter_chain_put(struct filter_chain *chain)
{
	while (chain && --chain->refs == 0) {
		struct filter_chain *older = chain->older;

		free(chain);
		chain = older;
	}
}

bool filter_chain_allows(const struct filter_chain *chain, long nr, const uint64_t args[static 6],
			 uint64_t ip)
{
	struct seccomp_data data = {
		.nr = (int)nr,
		.arch = AUDIT_ARCH_X86_64,
		.instruction_pointer = ip,
	};
	uint32_t answer;

	for (int i = 0; i < 6; i++)
		data.args[i] = args[i];
	for (; chain; chain = chain->older)
		if (!bpf_run(chain->insns, chain->nr, &data, &answer) ||
		    (answer & SECCOMP_RET_ACTION_FULL) != SECCOMP_RET_ALLOW)
			return false;
	return true;
}

bool filter_chain_reads_ip(const struct filter_chain *chain)
{
	for (; chain; chain = chain->older)
		if (!filter_chain_is_known(chain) || bpf_reads_ip(chain->insns, chain->nr))
			return true;
	return false;
}

bool filter_chain_is_known(const struct filter_chain *chain)
{
	return chain->nr > 0;
}

bool filter_chain_contains(const struct filter_chain *chain, const struct filter_chain *older)
{
	while (chain && chain != older)
		chain = chain->older;
	return chain == older;
}
