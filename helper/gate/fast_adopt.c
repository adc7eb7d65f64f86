/* SPDX-License-Identifier: MIT */
/*
 * A process whose parent the helper does not know: the parent was killed between the fork and the
 * event that reports it. The memory of the process contains patched sites, which the helper finds
 * here.
 */
#include "helper/gate/fast_adopt.h"

#include "helper/gate/fast.h"
#include "helper/gate/fast_known.h"
#include "helper/gate/fast_patch.h"
#include "helper/space/tracee.h"
#include "helper/trace/remote_memory.h"

struct visit {
	struct fast_space *fast;
	int memory;
};

static void recover(struct fast_known *known, uint64_t ip, void *argument)
{
	const struct visit *visit = argument;
	struct fast_site site = {
		.site = fast_known_site(known, ip),
		.ip = ip,
		.known = known,
	};

	if (fast_patch_recover(visit->memory, &site))
		*fast_space_add_site(visit->fast, ip) = site;
}

void fast_adopt(struct tracee *tracee)
{
	struct visit visit = { .fast = tracee->process->space->fast };

	visit.memory = remote_memory_open(tracee->tid);
	if (visit.memory < 0)
		return;
	fast_known_for_each(tracee_layout(tracee), recover, &visit);
	visit.fast->has_gate = visit.fast->nr_sites > 0;
	/*
	 * Its gs may point to an area that another thread has by now, so it must not use the gate.
	 */
	fast_refuse(tracee->tid, visit.fast, "its process was created by one that was killed");
}
