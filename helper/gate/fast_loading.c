/* SPDX-License-Identifier: MIT */
/*
 * The thread counts in its area how often it has mapped code (thread_area.nr_added).
 */
#include "helper/gate/fast_loading.h"

#include <asm/prctl.h>

#include "helper/count/call_kind.h"
#include "helper/gate/fast_ahead.h"
#include "helper/gate/fast_files.h"
#include "helper/gate/fast_known.h"

/*
 * Returns true if @call ends the loading: from then on, each call that maps code must stop. This is
 * so for a call that lets other threads or processes run in this memory, because nr_added of one
 * area does not count what they map. When ld.so sets fs, it has loaded all libraries.
 */
static bool ends_loading(const struct call *call)
{
	switch (call_kind(call->abi, call->nr)) {
	case CALL_CLONE:
	case CALL_CLONE3:
	case CALL_FORK:
	case CALL_VFORK:
	case CALL_ARCH_PRCTL:
		return true;
	default:
		return false;
	}
}

/*
 * Returns true if the program has not started yet: its file and ld.so, which makes the call, are
 * mapped, and the libraries are not.
 */
static bool is_in_loader(struct tracee *tracee)
{
	struct layout *layout = tracee_layout(tracee);
	const struct elf_file *program = fast_known_executable(layout);
	const struct region *call = layout_find(layout, tracee->call.ip);

	if (!program || !call || !call->file || !call->inode || call->file == program)
		return false;
	for (unsigned int i = 0; i < layout->nr_regions; i++) {
		const struct region *region = &layout->regions[i];

		if (region->is_executable && region->inode && region->file != program &&
		    region->file != call->file)
			return false;
	}
	return true;
}

bool fast_loading_may_add(const struct run *run, struct tracee *tracee)
{
	return !run->settings.is_preloaded && tracee_is_alone(tracee) &&
	       !ends_loading(&tracee->call) && is_in_loader(tracee);
}

static bool sets_fs(const struct call *call)
{
	return call_kind(call->abi, call->nr) == CALL_ARCH_PRCTL &&
	       (uint32_t)call->args[0] == ARCH_SET_FS;
}

/*
 * ld.so, whose code the process executes as it is in the file, has mapped the C library and will
 * call it next. So no other program translates the library's code, and its sites may be patched
 * before its first call.
 */
static void expect_c_library(struct tracee *tracee)
{
	struct layout *layout = tracee_layout(tracee);

	for (unsigned int i = 0; i < layout->nr_regions; i++) {
		const struct region *region = &layout->regions[i];

		if (region->is_executable && fast_known_is_c_library(region))
			fast_files_see_call(tracee->process->space->fast, layout,
					    region->start + 1);
	}
}

void fast_loading_see_call(struct run *run, struct tracee *tracee)
{
	struct fast_space *fast = tracee->process->space->fast;
	bool has_added = tracee->gate->area && tracee->gate->nr_added;

	if (!fast->may_add || !(has_added || ends_loading(&tracee->call)))
		return;
	fast->may_add = false;
	tracee_layout(tracee);
	if (tracee->gate->area)
		tracee->gate->area->nr_added = 0;
	tracee->gate->nr_added = 0;
	tracee->process->space->nr_added = 0;
	if (sets_fs(&tracee->call))
		expect_c_library(tracee);
	fast_ahead_after_change(run, tracee);
}
