/* SPDX-License-Identifier: MIT */
/*
 * Most changes happen when the call has returned. Some must be known before.
 */
#include "helper/tracer/call_effects.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>

#include "helper/base/aside.h"
#include "helper/count/call_kind.h"
#include "helper/elf/direct.h"
#include "helper/gate/fast.h"
#include "helper/gate/fast_ahead.h"
#include "helper/gate/fast_record.h"
#include "helper/trace/absent_page.h"
#include "helper/tracer/own_filter.h"
#include "helper/tracer/region_mark.h"
#include "helper/tracer/shim_loading.h"
#include "helper/unwind/read_ahead.h"

/* ioctl(2): the type of all commands for userfaultfd's descriptors and for /dev/userfaultfd. */
#define IOC_TYPE(command)    ((command) >> 8 & 0xff)
#define IOC_TYPE_USERFAULTFD 0xaa

static void read_name(struct tracer *tracer, struct tracee *tracee)
{
	fast_collect(&tracer->run, tracee);
	tracee->name = tracer_thread_name(tracer, tracee->tid);
}

static bool changes_executables(struct tracee *tracee, int64_t result)
{
	const struct call *call = &tracee->call;
	const struct layout *layout = tracee->process->space->layout;

	if (!layout)
		return false;
	switch (call_kind(call->abi, call->nr)) {
	case CALL_MMAP:
		return call->args[2] & PROT_EXEC ||
		       (call->args[3] & MAP_FIXED &&
			layout_has_executable(layout, (uint64_t)result, call->args[1]));
	case CALL_MMAP_OLD:
		return true;
	case CALL_MPROTECT:
		return call->args[2] & PROT_EXEC ||
		       layout_has_executable(layout, call->args[0], call->args[1]);
	case CALL_MUNMAP:
	case CALL_MREMAP:
		return layout_has_executable(layout, call->args[0], call->args[1]);
	case CALL_SHMAT:
		return call->args[2] & SHM_EXEC;
	default:
		return false;
	}
}

/* Returns true if the change affects no executable region that existed before. */
static bool adds_executables(struct tracee *tracee, int64_t result)
{
	const struct call *call = &tracee->call;
	const struct layout *layout = tracee->process->space->layout;

	switch (call_kind(call->abi, call->nr)) {
	case CALL_MMAP:
		return !layout_has_executable(layout, (uint64_t)result, call->args[1]);
	case CALL_MPROTECT:
		return !layout_has_executable(layout, call->args[0], call->args[1]);
	default:
		return false;
	}
}

/*
 * Notes the change of code that is in no file. Returns false if the layout must be read again at
 * once.
 */
static bool spoil(const struct tracer *tracer, struct tracee *tracee, int64_t result)
{
	const struct call *call = &tracee->call;
	struct layout *layout = tracee->process->space->layout;
	enum call_kind kind = call_kind(call->abi, call->nr);
	uint64_t addr = kind == CALL_MMAP ? (uint64_t)result : call->args[0];
	struct address_range stale;

	if (kind != CALL_MPROTECT && kind != CALL_MUNMAP &&
	    (kind != CALL_MMAP || !(call->args[3] & MAP_ANONYMOUS)))
		return false;
	/*
	 * The gate must know which memory is code, and would not stop calls that change other
	 * memory.
	 */
	if (tracer->run.settings.is_fast && !layout_is_all_code(layout, addr, call->args[1]))
		return false;
	return layout_spoil(layout, addr, call->args[1], &stale);
}

/* Counts processes that the program has created under --no-follow. */
static void see_unfollowed(struct tracer *tracer, const struct call *call, int64_t result)
{
	enum call_kind kind = call_kind(call->abi, call->nr);

	if (tracer->run.settings.follows || result <= 0)
		return;
	if (kind == CALL_FORK || kind == CALL_VFORK ||
	    ((kind == CALL_CLONE || kind == CALL_CLONE3) && !tracee_find((pid_t)result)))
		tracer->nr_unfollowed++;
}

/* The program watches files or provides pages, so the helper takes care from now on. */
static void see_watcher(const struct call *call, enum call_kind kind)
{
	if (kind == CALL_WATCH || kind == CALL_PERMIT) {
		read_ahead_stop();
		aside_be_impatient();
	}
	if (kind == CALL_USERFAULTFD ||
	    (kind == CALL_IOCTL && IOC_TYPE(call->args[1]) == IOC_TYPE_USERFAULTFD))
		absent_page_expect();
}

/*
 * This runs before the kernel makes the call, because another thread may use its result before this
 * one stops again. Children that are not followed may watch and mount without the helper seeing it.
 */
void call_effects_before(const struct tracer *tracer, const struct call *call)
{
	enum call_kind kind = call_kind(call->abi, call->nr);

	if (kind == CALL_PERMIT || kind == CALL_MOUNT ||
	    (!tracer->run.settings.follows && call_kind_makes_child(kind)))
		direct_end();
}

void call_effects_after(struct tracer *tracer, struct tracee *tracee, int64_t result, bool is_error)
{
	const struct call *call = &tracee->call;
	enum call_kind kind = call_kind(call->abi, call->nr);

	if (kind == CALL_ORDINARY || is_error)
		return;
	if (tracee->process->shim_loading.is_loading && !call->is_counted)
		shim_loading_see_result(tracee, result, is_error);
	if (changes_executables(tracee, result)) {
		fast_before_change(&tracer->run, tracee->process);
		if (!spoil(tracer, tracee, result)) {
			process_change_space(tracee, adds_executables(tracee, result));
			fast_ahead_after_change(&tracer->run, tracee);
			region_mark_set(tracee);
		}
	}
	see_watcher(call, kind);
	own_filter_after(tracer, tracee);
	see_unfollowed(tracer, call, result);
	if (kind == CALL_ARCH_PRCTL)
		fast_see_arch_prctl(tracee);
	if (kind == CALL_PRCTL && call->args[0] == PR_SET_NAME)
		read_name(tracer, tracee);
}
