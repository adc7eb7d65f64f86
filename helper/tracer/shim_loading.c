/* SPDX-License-Identifier: MIT */
/*
 * Follows ld.so while it loads libscprof.so: from the open of that file, through all calls with
 * that descriptor or inside the mapping, to the first call of the library's constructor.
 */
#include "helper/tracer/shim_loading.h"

#include <string.h>

#include "helper/count/call_kind.h"
#include "helper/trace/remote_memory.h"

#define SHIM_NAME "libscprof.so"

/* Returns true if the string at @addr ends with the shim's file name. */
static bool path_is_shim(pid_t tid, uint64_t addr)
{
	char path[4096 + 1];
	size_t got = remote_memory_read(tid, addr, path, sizeof(path) - 1);
	size_t length;

	path[got] = '\0';
	length = strlen(path);
	if (length < strlen(SHIM_NAME) || strcmp(path + length - strlen(SHIM_NAME), SHIM_NAME) != 0)
		return false;
	return length == strlen(SHIM_NAME) || path[length - strlen(SHIM_NAME) - 1] == '/';
}

static bool is_within(const struct shim_loading *preload, uint64_t addr)
{
	return addr >= preload->start && addr < preload->end;
}

bool shim_loading_owns_call(struct tracee *tracee)
{
	const struct shim_loading *preload = &tracee->process->shim_loading;
	const struct call *call = &tracee->call;

	if (!preload->is_loading)
		return false;
	switch (call_kind(call->abi, call->nr)) {
	case CALL_OPEN:
		return path_is_shim(tracee->tid, call->args[0]);
	case CALL_OPENAT:
		return path_is_shim(tracee->tid, call->args[1]);
	case CALL_FD:
	case CALL_CLOSE:
		return preload->fd >= 0 && (int)call->args[0] == preload->fd;
	case CALL_MMAP:
		return (preload->fd >= 0 && (int)call->args[4] == preload->fd) ||
		       is_within(preload, call->args[0]);
	case CALL_MPROTECT:
	case CALL_MUNMAP:
		return is_within(preload, call->args[0]);
	default:
		return false;
	}
}

void shim_loading_see_result(struct tracee *tracee, int64_t result, bool is_error)
{
	struct shim_loading *preload = &tracee->process->shim_loading;
	const struct call *call = &tracee->call;

	if (is_error)
		return;
	switch (call_kind(call->abi, call->nr)) {
	case CALL_OPEN:
	case CALL_OPENAT:
		preload->fd = (int)result;
		break;
	case CALL_CLOSE:
		preload->fd = -1;
		break;
	case CALL_MMAP:
		if (preload->end == 0) {
			preload->start = (uint64_t)result;
			preload->end = (uint64_t)result + call->args[1];
		}
		break;
	default:
		break;
	}
}
