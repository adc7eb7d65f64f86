/* SPDX-License-Identifier: MIT */
/*
 * The ptrace requests of Syscall User Dispatch, which older kernel headers lack.
 */
#include "helper/trace/user_dispatch.h"

#include <sys/ptrace.h>

#include "helper/trace/ptrace.h"

/*
 * PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG and PTRACE_GET_…. If a seccomp filter denies them, the
 * helper uses another way.
 */
enum {
	SET_CONFIG = 0x4210,
	GET_CONFIG = 0x4211,
};

/* struct ptrace_sud_config of <linux/ptrace.h> */
struct config {
	uint64_t mode;
	uint64_t selector; /* 0: the program cannot switch dispatch */
	uint64_t offset;
	uint64_t len;
};

bool user_dispatch_is_possible(pid_t tid)
{
	struct config config;

	return ptrace_try(GET_CONFIG, tid, sizeof(config), (uintptr_t)&config) == 0;
}

static bool set(pid_t tid, const struct config *config)
{
	return ptrace_try(SET_CONFIG, tid, sizeof(*config), (uintptr_t)config) == 0;
}

bool user_dispatch_set(pid_t tid, uint64_t first_ip, uint64_t last_ip)
{
	const struct config config = {
		.mode = 1,
		.offset = first_ip,
		.len = last_ip - first_ip + 1,
	};

	return set(tid, &config);
}

void user_dispatch_clear(pid_t tid)
{
	const struct config config = { .mode = 0 };

	set(tid, &config);
}
