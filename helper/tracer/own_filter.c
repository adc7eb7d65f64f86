/* SPDX-License-Identifier: MIT */
/*
 * Under Syscall User Dispatch, a thread with a filter of the program can still use the gate. The
 * kernel applies the filter to each call that the gate makes. Without dispatch, all calls of such a
 * thread stop.
 */
#include "helper/tracer/own_filter.h"

#include <sys/prctl.h>

#include "helper/count/call_kind.h"
#include "helper/gate/fast.h"
#include "helper/gate/fast_record.h"
#include "helper/tracer/region_mark.h"

#define SECCOMP_SET_STRICT	  0
#define SECCOMP_SET_FILTER	  1
#define SECCOMP_STRICT		  1  /* PR_SET_SECCOMP */
#define SET_SYSCALL_USER_DISPATCH 59 /* <linux/prctl.h> of 5.11 */
#define SECCOMP_FLAG_TSYNC	  1

/* A change that concerns all threads of a process. */
struct sync {
	const struct tracee *origin; /* the thread that has made the call */
	bool is_dispatching;
};

/* The kernel reads the first argument as an int. */
static bool sets_by_prctl(const struct call *call, enum call_kind kind, uint32_t option)
{
	return kind == CALL_PRCTL && (uint32_t)call->args[0] == option;
}

/* In strict mode, the kernel permits a thread only four calls. */
static bool sets_strict_mode(const struct call *call, enum call_kind kind)
{
	return (sets_by_prctl(call, kind, PR_SET_SECCOMP) && call->args[1] == SECCOMP_STRICT) ||
	       (kind == CALL_SECCOMP && (uint32_t)call->args[0] == SECCOMP_SET_STRICT);
}

static bool sets_filter(const struct call *call, enum call_kind kind)
{
	return !sets_strict_mode(call, kind) &&
	       (sets_by_prctl(call, kind, PR_SET_SECCOMP) ||
		(kind == CALL_SECCOMP && (uint32_t)call->args[0] == SECCOMP_SET_FILTER));
}

static bool sets_for_all(const struct call *call, enum call_kind kind)
{
	return kind == CALL_SECCOMP && call->args[1] & SECCOMP_FLAG_TSYNC;
}

/* Whether a filter of one thread can become that of all threads. */
struct expectation {
	const struct tracee *origin; /* the thread that makes the call */
	bool is_possible;
};

/* The kernel refuses the call if another thread has a filter that this thread does not have. */
static void check_filters(struct tracee *tracee, void *argument)
{
	struct expectation *expectation = argument;

	if (tracee->process == expectation->origin->process &&
	    !filter_chain_contains(expectation->origin->filters, tracee->filters))
		expectation->is_possible = false;
}

/*
 * The kernel installs the filter in all threads during this call. The helper may inject calls into
 * other threads before it sees the end of this call, so it must respect the filter from now on.
 */
static void expect_filter(struct tracee *tracee, void *argument)
{
	const struct expectation *expectation = argument;
	const struct tracee *origin = expectation->origin;

	if (tracee != origin && tracee->process == origin->process)
		tracee_set_filters(tracee, origin->new_filters);
}

void own_filter_before(struct tracee *tracee)
{
	const struct call *call = &tracee->call;
	enum call_kind kind = call_kind(call->abi, call->nr);
	struct expectation expectation = { tracee, true };

	filter_chain_put(tracee->new_filters);
	tracee->new_filters = NULL;
	if (!sets_filter(call, kind))
		return;
	tracee->new_filters = filter_chain_read(tracee->tid, call->args[2],
						call->abi == SYSCALL_ABI_X86_64, tracee->filters);
	if (!sets_for_all(call, kind))
		return;
	tracee_for_each(tracee->process->space, check_filters, &expectation);
	/* Programs pass an address that cannot be read to find out what the kernel supports. */
	if (expectation.is_possible && filter_chain_is_known(tracee->new_filters)) {
		tracee_for_each(tracee->process->space, expect_filter, &expectation);
	} else {
		filter_chain_put(tracee->new_filters);
		tracee->new_filters = NULL;
	}
}

/*
 * Ends the regions of the process. The program makes a close(2) call at the start and the end of a
 * region, and the new filter might kill the program for it.
 */
static void end_regions(struct tracer *tracer, struct tracee *tracee)
{
	if (!region_mark_clear(tracee))
		return;
	fast_collect(&tracer->run, tracee);
	region_see_own_filter(&tracee->region);
}

/*
 * If a filter reads the call's address, it may answer a call of the gate differently from a call of
 * the program. Then the thread must not use the gate.
 */
static void see_filter(struct tracee *tracee, void *argument)
{
	const struct sync *sync = argument;
	struct filter_chain *filters = sync->origin->new_filters;

	if (tracee->process != sync->origin->process)
		return;
	tracee_set_filters(tracee, filters);
	if (!sync->is_dispatching || filter_chain_reads_ip(filters))
		fast_see_own_filter(tracee);
}

static void see_strict_mode(struct tracee *tracee)
{
	struct filter_chain *filters = filter_chain_forbid(tracee->filters);

	tracee_set_filters(tracee, filters);
	filter_chain_put(filters);
	fast_see_own_filter(tracee);
}

void own_filter_after(struct tracer *tracer, struct tracee *tracee)
{
	const struct call *call = &tracee->call;
	enum call_kind kind = call_kind(call->abi, call->nr);
	struct sync sync = { tracee, tracer->interception == INTERCEPT_DISPATCH };

	/*
	 * If the program uses dispatch itself, only some of its code may make calls. The gate may
	 * not.
	 */
	if (sets_by_prctl(call, kind, SET_SYSCALL_USER_DISPATCH)) {
		tracee->has_own_dispatch = true;
		/* The kernel does not read scprof's selector any more. */
		tracee->selector = NULL;
		tracee->has_no_selector = true;
		end_regions(tracer, tracee);
		fast_see_own_filter(tracee);
	} else if (sets_strict_mode(call, kind)) {
		end_regions(tracer, tracee);
		see_strict_mode(tracee);
	} else if (tracee->new_filters) {
		end_regions(tracer, tracee);
		see_filter(tracee, &sync);
		if (sets_for_all(call, kind))
			tracee_for_each(tracee->process->space, see_filter, &sync);
	}
}
