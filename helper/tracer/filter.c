/* SPDX-License-Identifier: MIT */
/*
 * libseccomp builds the filter for all three ABIs and exports it as BPF. Calls of other ABIs, which
 * libseccomp does not know, are traced too: they may be slow, but none is lost.
 */
#include "helper/tracer/filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "profile/util/xalloc.h"
#include "scprof/gate.h"
#include "scprof/handshake.h"

static const uint32_t abi_tokens[SYSCALL_NR_ABIS] = {
	[SYSCALL_ABI_X86_64] = SCMP_ARCH_X86_64,
	[SYSCALL_ABI_I386] = SCMP_ARCH_X86,
	[SYSCALL_ABI_X32] = SCMP_ARCH_X32,
};

/* Calls that the helper must see, whatever the user asked for. */
static const char
	*const needed_calls[] = {
		"prctl", /* names of threads, and the old way to set a filter */
		"seccomp",	"rt_sigreturn",	 "sigreturn",	  "restart_syscall",
		"mremap",	"arch_prctl",	 "shmat",	  "clone",
		"clone3",	"vfork",	 "fork", /* their children, and CLONE_UNTRACED */
		"inotify_init", "inotify_init1", "fanotify_init", "userfaultfd",
		"mount",	"fsmount",	 "move_mount",
	};
/* Those that it must see only with PROT_EXEC in the third argument. */
static const char *const needed_with_exec[] = { "mmap", "mmap2", "mprotect", "pkey_mprotect" };

#define NR_PREAMBLE  16
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Not every ABI has every call. Skips names that an ABI does not have. */
static int trace_name(scmp_filter_ctx filter, const char *name, bool only_exec)
{
	int nr = seccomp_syscall_resolve_name(name);
	int result;

	if (nr == __NR_SCMP_ERROR)
		return 0;
	if (only_exec)
		result = seccomp_rule_add(filter, SCMP_ACT_TRACE(FILTER_TRACE_DATA), nr, 1,
					  SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC));
	else
		result = seccomp_rule_add(filter, SCMP_ACT_TRACE(FILTER_TRACE_DATA), nr, 0);
	return result == -EEXIST || result == -EDOM || result == -EINVAL ? 0 : result;
}

static int trace_needed(scmp_filter_ctx filter)
{
	int result = 0;

	for (size_t i = 0; i < COUNT(needed_calls) && result == 0; i++)
		result = trace_name(filter, needed_calls[i], false);
	for (size_t i = 0; i < COUNT(needed_with_exec) && result == 0; i++)
		result = trace_name(filter, needed_with_exec[i], true);
	return result;
}

/*
 * A set selects by name. So one pass over the numbers of one ABI, mapped by libseccomp, would miss
 * some calls.
 */
static int trace_set_of_abi(scmp_filter_ctx filter, const struct syscall_set *set,
			    enum syscall_abi abi)
{
	uint32_t base = abi == SYSCALL_ABI_X32 ? SYSCALL_X32_BIT : 0;

	for (uint32_t nr = 0; nr < SYSCALL_SET_MAX_NR; nr++) {
		int result;

		if (!syscall_set_has(set, abi, base + nr))
			continue;
		result = trace_name(filter, syscall_name(abi, base + nr), false);
		if (result < 0)
			return result;
	}
	return 0;
}

static int add_rules(scmp_filter_ctx filter, const struct syscall_set *set)
{
	int result = trace_needed(filter);

	for (int abi = 0; abi < SYSCALL_NR_ABIS && result == 0; abi++)
		result = trace_set_of_abi(filter, set, (enum syscall_abi)abi);
	return result;
}

/*
 * The preamble comes before libseccomp's program and contains what libseccomp cannot express: calls
 * of the gate pass (it compares both halves of the instruction pointer), SCPROF_CALL is recognised
 * by an argument, and exits pass in one of the ABIs. If none of these applies, execution continues
 * with libseccomp's first instruction.
 */
static void make_preamble(struct sock_filter preamble[static NR_PREAMBLE], bool with_exits)
{
	const uint32_t of_exits =
		with_exits ? SECCOMP_RET_TRACE | FILTER_TRACE_DATA : SECCOMP_RET_ALLOW;
	const uint32_t gate = (uint32_t)gate_addr(gate_syscall_return);
	const uint32_t setup = (uint32_t)gate_addr(gate_setup_return);
	const uint32_t ip = offsetof(struct seccomp_data, instruction_pointer);
	const struct sock_filter insns[NR_PREAMBLE] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 0, 14),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ip),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, gate, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, setup, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ip + 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, of_exits),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SCPROF_CALL, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SCPROF_MAGIC, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | FILTER_TRACE_DATA),
	};

	memcpy(preamble, insns, sizeof(insns));
}

/*
 * libseccomp writes a filter to a descriptor, all of it at once. The descriptor is the sending end
 * of a socket, because a file could not hold the filter under a low RLIMIT_FSIZE, which applies to
 * memfd_create(2) too.
 */
static int export_insns(scmp_filter_ctx filter, bool with_exits, struct sock_filter **insns,
			uint32_t *nr_insns)
{
	static const int room = 2 * SCPROF_MAX_INSNS * (int)sizeof(**insns);
	size_t max_size = SCPROF_MAX_INSNS * sizeof(**insns);
	int ends[2], result = 0;
	ssize_t size;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	*insns = xcalloc(1, NR_PREAMBLE * sizeof(**insns) + max_size);
	make_preamble(*insns, with_exits);
	result = seccomp_export_bpf(filter, ends[0]);
	if (result < 0)
		goto out;
	size = recv(ends[1], *insns + NR_PREAMBLE, max_size, MSG_DONTWAIT | MSG_TRUNC);
	if (size < 0)
		result = -errno;
	else if ((size_t)size > max_size - NR_PREAMBLE * sizeof(**insns))
		result = -E2BIG;
	else
		*nr_insns = (uint32_t)(NR_PREAMBLE + (size_t)size / sizeof(**insns));
out:
	close(ends[0]);
	close(ends[1]);
	return result;
}

int filter_build(const struct syscall_set *set, bool with_exits, struct sock_filter **insns,
		 uint32_t *nr_insns)
{
	bool all = syscall_set_is_full(set);
	scmp_filter_ctx filter =
		seccomp_init(all ? SCMP_ACT_TRACE(FILTER_TRACE_DATA) : SCMP_ACT_ALLOW);
	int result = -ENOMEM;

	*insns = NULL;
	*nr_insns = 0;
	if (!filter)
		return result;
	result = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH,
				  SCMP_ACT_TRACE(FILTER_TRACE_DATA));
	for (int abi = 0; abi < SYSCALL_NR_ABIS && result == 0; abi++) {
		if (seccomp_arch_exist(filter, abi_tokens[abi]) == 0)
			continue;
		result = seccomp_arch_add(filter, abi_tokens[abi]);
	}
	if (result == 0 && !all)
		result = add_rules(filter, set);
	if (result == 0)
		result = export_insns(filter, with_exits, insns, nr_insns);
	seccomp_release(filter);
	if (result < 0) {
		free(*insns);
		*insns = NULL;
	}
	return result;
}
