/* SPDX-License-Identifier: MIT */
/*
 * The order matters: what the thread has recorded belongs to the code as it is before the call.
 */
#include "helper/gate/gate_at_call.h"

#include "helper/count/call_kind.h"
#include "helper/gate/fast.h"
#include "helper/gate/fast_arm.h"
#include "helper/gate/fast_divert.h"
#include "helper/gate/fast_learn.h"
#include "helper/gate/fast_loading.h"
#include "helper/gate/fast_record.h"
#include "helper/gate/fast_withdraw.h"
#include "helper/space/fast_site.h"

bool gate_at_call(struct run *run, struct tracee *tracee, struct user_regs_struct *registers)
{
	struct call *call = &tracee->call;
	const bool makes_child = call_kind_makes_child(call_kind(call->abi, call->nr));
	const struct fast_site *site;

	if (makes_child)
		fast_space_forget_noted(tracee->process->space->fast, tracee->tid);
	fast_loading_see_call(run, tracee);
	fast_keep_room(run, tracee);
	site = fast_site_of_call(tracee, registers);
	call->site_ip = site ? site->ip : 0;
	if (site)
		call->ip = site->ip;
	if (!fast_before_mapping(run, tracee))
		return false;
	if (site && makes_child)
		fast_site_before_birth(tracee, site);
	return true;
}

enum gate_outcome gate_take_call(struct run *run, struct tracee *tracee)
{
	if (!fast_learn(run, tracee) || !fast_arm(tracee))
		return GATE_LOST_THREAD;
	return fast_divert(run, tracee) ? GATE_MAKES_CALL : GATE_LEAVES_CALL;
}
