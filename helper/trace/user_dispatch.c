/* SPDX-License-Identifier: MIT */
/*
 * The ptrace requests and the prctl of Syscall User Dispatch, which older kernel headers lack.
 */
#include "helper/trace/user_dispatch.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper/trace/ptrace.h"

/*
 * PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG and PTRACE_GET_…. If a seccomp filter denies them, the
 * helper uses another way.
 */
enum {
	SET_CONFIG = 0x4210,
	GET_CONFIG = 0x4211,
};

/* <linux/prctl.h>: PR_SET_SYSCALL_USER_DISPATCH, and its first argument. */
enum { SET_DISPATCH = 59, DISPATCH_OFF = 0, DISPATCH_ON = 1 };

/* Values of a selector: SYSCALL_DISPATCH_FILTER_ALLOW and SYSCALL_DISPATCH_FILTER_BLOCK. */
enum { SELECTOR_ALLOW = 0, SELECTOR_BLOCK = 1 };

#define ALL_CODE_SIZE (1ull << 47) /* of a process, from address 0 */

/* struct ptrace_sud_config of <linux/ptrace.h> */
struct config {
	uint64_t mode;
	uint64_t selector; /* 0: the program cannot switch dispatch */
	uint64_t offset;
	uint64_t len;
};

static bool is_by_prctl;

/*
 * Switches dispatch on for the calling process, in a way that denies no call. Exits with the errno.
 */
static void try_in_child(void)
{
	int result = prctl(SET_DISPATCH, DISPATCH_ON, 0, ALL_CODE_SIZE, 0);

	_exit(result < 0 ? errno : 0);
}

int user_dispatch_try_prctl(void)
{
	/* A filter may kill a process that makes this call, so a child makes it. */
	pid_t child = fork();
	int status;

	if (child < 0)
		return -errno;
	if (child == 0)
		try_in_child();
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EPERM;
}

void user_dispatch_use_prctl(void)
{
	is_by_prctl = true;
}

bool user_dispatch_is_by_prctl(void)
{
	return is_by_prctl;
}

void user_dispatch_arm_args(uint64_t args[static USER_DISPATCH_NR_ARGS], uint64_t first_ip,
			    uint64_t last_ip, uint64_t selector_addr)
{
	args[0] = SET_DISPATCH;
	args[1] = DISPATCH_ON;
	args[2] = first_ip;
	args[3] = last_ip - first_ip + 1;
	args[4] = selector_addr;
	args[5] = 0;
}

void user_dispatch_disarm_args(uint64_t args[static USER_DISPATCH_NR_ARGS])
{
	args[0] = SET_DISPATCH;
	args[1] = DISPATCH_OFF;
	args[2] = args[3] = args[4] = args[5] = 0;
}

static bool set(pid_t tid, const struct config *config)
{
	return ptrace_try(SET_CONFIG, tid, sizeof(*config), (uintptr_t)config) == 0;
}

bool user_dispatch_is_by_ptrace(pid_t tid)
{
	const struct config off = { .mode = DISPATCH_OFF };
	struct config config;

	/* Sets the configuration that the thread already has. This changes nothing. */
	return ptrace_try(GET_CONFIG, tid, sizeof(config), (uintptr_t)&config) == 0 &&
	       set(tid, config.mode == DISPATCH_OFF ? &off : &config);
}

static bool store(uint8_t *selector, uint8_t value)
{
	if (!selector)
		return false;
	__atomic_store_n(selector, value, __ATOMIC_RELEASE);
	return true;
}

bool user_dispatch_set(pid_t tid, uint8_t *selector, uint64_t first_ip, uint64_t last_ip)
{
	const struct config config = {
		.mode = DISPATCH_ON,
		.offset = first_ip,
		.len = last_ip - first_ip + 1,
	};

	return is_by_prctl ? store(selector, SELECTOR_BLOCK) : set(tid, &config);
}

void user_dispatch_clear(pid_t tid, uint8_t *selector)
{
	const struct config config = { .mode = DISPATCH_OFF };

	if (is_by_prctl)
		store(selector, SELECTOR_ALLOW);
	else
		set(tid, &config);
}
