/* SPDX-License-Identifier: MIT */
/*
 * Mostly, other threads and processes prevent a patch: one of them may be executing the code at the
 * site at this moment.
 */
#include "helper/gate/fast_obstacle.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>

#include "helper/count/call_kind.h"
#include "helper/count/clone_flags.h"

struct site_use {
	const struct tracee *patching; /* the thread that has stopped at the site */
	uint64_t ip;
	bool is_used;
};

/*
 * Stops the search at a thread whose last call was at the site. It may be inside the call, or not
 * yet past the instruction after it. All calls are traced, so every other thread is somewhere else.
 */
static void see_site_user(struct tracee *tracee, void *argument)
{
	struct site_use *use = argument;

	use->is_used |= tracee != use->patching && tracee->call.ip == use->ip;
}

/* The bytes after a patched `syscall` are different, so no thread may return to them. */
static bool is_free_of_others(const struct settings *settings, const struct tracee *tracee,
			      const struct fast_site *site)
{
	const struct process *process = tracee->process;
	struct site_use use = { .patching = tracee, .ip = site->ip };

	if (site->site.shape != SITE_CMP)
		return true;
	/* A call that is not traced would return without the compare that belongs after it. */
	if (process->space->refs > 1 || !syscall_set_is_full(&settings->trace))
		return false;
	if (process->nr_tracees == 1)
		return true;
	tracee_for_each(process->space, see_site_user, &use);
	return !use.is_used;
}

bool fast_obstacle_minds_breakpoints(pid_t tid)
{
	char path[64], line[256];
	unsigned long long signals, found = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)tid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "SigIgn: %llx", &signals) == 1 ||
		    sscanf(line, "SigCgt: %llx", &signals) == 1)
			found |= signals;
	if (!file)
		return true;
	fclose(file);
	return found >> (SIGTRAP - 1) & 1;
}

const char *fast_obstacle(const struct tracee *tracee)
{
	const struct address_space *space = tracee->process->space;

	if (space->fast->nr_restored >= FAST_MAX_RESTORED)
		return "the program has often made its code writable";
	if (tracee_is_alone(tracee))
		return NULL;
	if (space->refs > 1 || !space->fast->is_registered)
		return "another process shares the memory";
	return fast_obstacle_minds_breakpoints(tracee->tid)
		       ? "the program has threads and handles SIGTRAP"
		       : NULL;
}

/* The program may be about to copy or change that code: see helper/gate/fast_withdraw.c. */
static bool is_writable(struct tracee *tracee, const struct fast_site *site)
{
	const struct region *region = layout_find(tracee_layout(tracee), site->ip - 1);

	return region && region->is_writable;
}

const char *fast_obstacle_at(const struct settings *settings, struct tracee *tracee,
			     const struct fast_site *site)
{
	const char *obstacle;

	if (is_writable(tracee, site))
		return "its code is writable";
	obstacle = fast_obstacle(tracee);
	if (!obstacle && !is_free_of_others(settings, tracee, site))
		obstacle = "other threads or untraced calls may be at it";
	return obstacle;
}

static void see_forking(struct tracee *tracee, void *argument)
{
	bool *is_forking = argument;
	const struct call *call = &tracee->call;

	if (!call->is_active)
		return;
	switch (call_kind(call->abi, call->nr)) {
	case CALL_FORK:
		*is_forking = true;
		break;
	case CALL_CLONE:
	case CALL_CLONE3:
		/*
		 * Threads share the memory, and so do children that are about to execute a program.
		 */
		*is_forking |= !(clone_flags(tracee) & CLONE_VM);
		break;
	default:
		break;
	}
}

bool fast_obstacle_is_copied(const struct tracee *tracee)
{
	bool is_forking = false;

	if (!tracee_is_alone(tracee))
		tracee_for_each(tracee->process->space, see_forking, &is_forking);
	return is_forking;
}
